import type { Checker } from '../../../harness/checkers/checker.ts'
import { check } from '../../../harness/checkers/index.ts'
import { Observer } from '../../../harness/checkers/observer.ts'
import { type HistoryEvent, historySchema } from '../../../model/event.ts'
import type { Plan } from '../../../model/plan.ts'
import { scenarioSchema } from '../../../model/scenario.ts'
import type { CheckResult } from '../../../model/verdict.ts'

/** Hand-written histories take place in seconds 10 (load begins) to 20 (it ends) and are collected at 30. */
export const loadBegan = 10_000
export const loadEnded = 20_000
export const collectedAt = 30_000

/** A plan of this many nodes; only what checkers look at is real. */
export function planOf(nodeCount: number, expect: object = {}): Plan {
  const scenario = scenarioSchema.parse({ name: 'fixture', nodes: Math.max(nodeCount, 4), expect })
  const nodes = Array.from({ length: nodeCount }, (_, index) => ({
    index,
    name: `node-${index}`,
    address: `10.0.0.${index}`,
  }))
  return {
    ...{ scenario, nodes, seed: 'fixture', faults: [] },
    consensus: { rule: 'census', f: 0, alpha: nodeCount },
    workload: { settleDeadlineMs: 60_000 },
  } as unknown as Plan
}

export const idOf = (index: number) => index.toString(16).padStart(64, '0')

export const begin: HistoryEvent = {
  type: 'begin',
  at: 0,
  schema: historySchema,
  originWallMs: 1_700_000_000_000,
  run: 'run-1',
  version: '0',
  machine: { cpus: 2, cpuModel: 'x', memoryMiB: 1, kernel: 'k', engine: 'e', node: 'v24' },
}
export const end: HistoryEvent = { type: 'end', at: 40_000, reason: 'done' }
export const load: readonly HistoryEvent[] = [
  { type: 'stage', at: loadBegan, stage: 'load', state: 'begin' },
  { type: 'stage', at: loadEnded, stage: 'load', state: 'end' },
]

/** Declares transactions 0 … count - 1; conflicts are pairs of indexes. */
export function declared(
  count: number,
  conflicts: readonly (readonly [number, number])[] = [],
): HistoryEvent {
  return {
    type: 'transactions',
    at: 1,
    first: 0,
    ids: Array.from({ length: count }, (_, i) => idOf(i)),
    conflicts,
  }
}

export function submitted(
  transactions: readonly number[],
  more: Partial<Extract<HistoryEvent, { type: 'submission' }>> = {},
): HistoryEvent {
  const intendedAt = transactions.map(index => loadBegan + index * 1000)
  return { type: 'submission', at: loadBegan, node: 0, transactions, intendedAt, result: 'ok', ...more }
}

export function told(
  node: number,
  sequence: number,
  transactions: readonly number[],
  more: Partial<Extract<HistoryEvent, { type: 'decisions' }>> = {},
): HistoryEvent {
  return { type: 'decisions', at: loadBegan + 500, node, sequence, transactions, ...more }
}

export function digest(node: number, accepted: number, value = `digest of ${accepted}`): HistoryEvent {
  return { type: 'digest', at: collectedAt, node, accepted, digest: value }
}

export function status(
  node: number,
  more: {
    at?: number
    startedAt?: number
    messagesSent?: number
    storage?: { verified: boolean; opens: number; message?: string }
  } = {},
): HistoryEvent {
  const { at = collectedAt, startedAt = 5, storage = { verified: true, opens: 1 }, ...rest } = more
  return { type: 'node-status', at, node, startedAt, peers: 3, processing: 0, accepted: 0, storage, ...rest }
}

export function container(node: number, state: 'started' | 'died' | 'oom', at = 15_000): HistoryEvent {
  return { type: 'container', at, node, state }
}

/** A history of two nodes in which everything went well: transactions 0 to 2 are accepted by both. */
export function goodHistory(): HistoryEvent[] {
  return [
    begin,
    status(0, { at: 9_000 }),
    status(1, { at: 9_000 }),
    declared(3),
    load[0]!,
    submitted([0, 1]),
    told(0, 0, [0, 1]),
    told(1, 0, [1], { at: loadBegan + 700 }),
    submitted([2], { node: 1 }),
    told(1, 1, [0, 2], { at: loadBegan + 2_400 }),
    told(0, 2, [2], { at: loadBegan + 2_300 }),
    { type: 'driver', at: loadEnded, intended: 3, sent: 3, lagP99Ms: 2 },
    load[1]!,
    status(0),
    status(1),
    digest(0, 3),
    digest(1, 3),
    end,
  ]
}

/** The result of one checker on a history of two nodes. */
export function judged(
  checker: Checker,
  history: readonly HistoryEvent[],
  options: { nodes?: number; expect?: object; plan?: Partial<Plan> } = {},
): CheckResult {
  const plan = { ...planOf(options.nodes ?? 2, options.expect), ...options.plan }
  const observer = new Observer(plan.nodes.length, plan.byzantine)
  for (const event of history) observer.add(event)
  const observations = observer.finish()
  check(plan, observations, [checker])
  for (const event of history) observations.ids.learn(event)
  return check(plan, observations, [checker])[0]!
}
