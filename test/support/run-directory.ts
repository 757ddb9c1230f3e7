import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRunDirectory, writeInputs } from '../../harness/records/directory.ts'
import type { HistoryEvent } from '../../model/event.ts'
import { planOf } from './plan.ts'
import { type SyntheticRun, syntheticBegan, syntheticHistory } from './synthetic-history.ts'

/** What nodes of a test's run are called and do: four of them, 20 transactions a second for 12 s. */
export const recordedRun = { nodes: 4, tps: 20, seconds: 12 } as const

const fault = { kind: 'kill', at: '3s', for: '2s', targets: 'node-1' }

/** A kill of node-1 from second 3 to second 5, in all its steps. */
const killed: readonly HistoryEvent[] = [
  { type: 'fault', at: syntheticBegan + 3000, id: 'kill-1', step: 'inject' },
  { type: 'fault', at: syntheticBegan + 3050, id: 'kill-1', step: 'effect' },
  {
    type: 'fault',
    at: syntheticBegan + 3100,
    id: 'kill-1',
    step: 'injected',
    attested: true,
    evidence: 'down: node-1',
  },
  { type: 'fault', at: syntheticBegan + 5000, id: 'kill-1', step: 'heal' },
  { type: 'fault', at: syntheticBegan + 5150, id: 'kill-1', step: 'ended' },
  {
    type: 'fault',
    at: syntheticBegan + 5200,
    id: 'kill-1',
    step: 'healed',
    attested: true,
    evidence: 'running: node-1',
  },
]

/** The events of a recorded run, faults included, as lines. */
export function recordedLines(more: Partial<SyntheticRun> = {}): string[] {
  const events = [...syntheticHistory({ ...recordedRun, ...more }), ...killed].sort((a, b) => a.at - b.at)
  return events.map(event => JSON.stringify(event))
}

export interface RecordedRun extends AsyncDisposable {
  /** The folder that holds runs. */
  readonly root: string
  readonly run: string
  readonly directory: string
  write(file: string, text: string): Promise<void>
  remove(file: string): Promise<void>
}

/** A run directory on disk with plan and history, as a run leaves it before it is judged. */
export async function recordRun(
  options: { readonly scenario?: object; readonly lines?: readonly string[] } = {},
): Promise<RecordedRun> {
  const root = await mkdtemp(join(tmpdir(), 'whiteout-report-'))
  const plan = planOf(recordedRun.nodes, { scenario: { faults: [fault], ...options.scenario } })
  const { run, directory } = await createRunDirectory(root, plan.scenario.name)
  await writeInputs(directory, plan, `name = ${JSON.stringify(plan.scenario.name)}\n`)
  const write = (file: string, text: string) => writeFile(join(directory, file), text)
  await write('history.ndjson', `${(options.lines ?? recordedLines()).join('\n')}\n`)
  return {
    ...{ root, run, directory, write },
    remove: file => rm(join(directory, file), { recursive: true }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  }
}

/** A small verdict.json as any version writes it. */
export const recordedVerdict = {
  ...{ schema: 1, run: 'synthetic', scenario: 'test', seed: 'seed', verdict: 'fail' },
  checks: [
    { name: 'agreement', verdict: 'pass', message: 'all agree' },
    { name: 'liveness', verdict: 'fail', message: 'one is missing', evidence: [{ node: 3 }] },
    { name: 'driver-health', verdict: 'unknown', message: 'nobody knows' },
  ],
  metrics: {
    nodes: 4,
    submitted: 200,
    accepted: 200,
    tps: 19.8,
    finalityMs: { p50: 580, p95: 1030, p99: null },
  },
}

/** The same of a run in which everything holds. */
export const recordedPass = {
  ...recordedVerdict,
  verdict: 'pass',
  checks: [
    { name: 'agreement', verdict: 'pass', message: 'all agree' },
    { name: 'liveness', verdict: 'pass', message: 'all were accepted' },
  ],
}
