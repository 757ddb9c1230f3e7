import { describe, expect, it } from '@jest/globals'
import type { Checker } from '../../../harness/checkers/checker.ts'
import { checkers, judge } from '../../../harness/checkers/index.ts'
import { metrics } from '../../../harness/checkers/metrics.ts'
import { Observer } from '../../../harness/checkers/observer.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import {
  declared,
  goodHistory,
  judged,
  load,
  loadBegan,
  planOf,
  status,
  submitted,
  told,
} from './history-fixture.ts'

const figuresOf = (history: readonly HistoryEvent[], nodes = 2) => {
  const plan = planOf(nodes)
  const observer = new Observer(nodes)
  for (const event of history) observer.add(event)
  return metrics(plan, observer.finish())
}

describe('judge', () => {
  it('passes a good history with every checker heard', async () => {
    const verdict = await judge(planOf(2), goodHistory())
    expect(verdict).toMatchObject({
      schema: 1,
      run: 'run-1',
      scenario: 'fixture',
      seed: 'fixture',
      verdict: 'pass',
    })
    expect(verdict.checks.map(({ name }) => name)).toEqual(checkers.map(({ name }) => name))
  })

  it('is as bad as its worst check', async () => {
    const history = [...goodHistory(), told(0, 3, [0])]
    expect((await judge(planOf(2), history)).verdict).toBe('fail')
  })

  it('is unknown on an empty history', async () => {
    const verdict = await judge(planOf(2), [])
    expect(verdict.verdict).toBe('unknown')
    expect(verdict.checks.filter(({ verdict }) => verdict === 'fail')).toEqual([])
  })

  it('reports a checker that breaks as unknown with its message', () => {
    const broken: Checker = {
      name: 'broken',
      check: () => {
        throw new Error('no such index')
      },
    }
    expect(judged(broken, goodHistory())).toEqual({
      name: 'broken',
      verdict: 'unknown',
      message: 'the checker broke: no such index',
    })
  })
})

describe('metrics', () => {
  it('counts submitted, accepted, rejected, undecided and lost', () => {
    const history = [
      declared(7, [[4, 5]]),
      submitted([0, 1, 2, 3, 4, 5]),
      told(0, 0, [0, 1, 4]),
      told(1, 0, [2, 5], { rejected: [2, 5] }),
    ]
    expect(figuresOf(history)).toMatchObject({
      submitted: 6,
      accepted: 3,
      rejected: 2,
      undecided: 1,
      lost: 2,
    })
  })

  it('tells finality at the first and at all nodes, and null for what was lost', () => {
    const history = [
      declared(2),
      submitted([0, 1], { intendedAt: [loadBegan, loadBegan] }),
      told(0, 0, [0], { at: loadBegan + 30 }),
      told(1, 0, [0, 1], { at: loadBegan + 80 }),
    ]
    expect(figuresOf(history)).toMatchObject({
      finalityMs: { p50: 30, p95: 80, p99: 80 },
      finalityAllMs: { p50: 80, p95: null, p99: null },
    })
  })

  it('tells seconds from the first container to the last ready node', () => {
    const stage = (at: number, stage: 'create' | 'ready', state: 'begin' | 'end'): HistoryEvent => ({
      type: 'stage',
      ...{ at, stage, state },
    })
    const stages = [
      stage(1_000, 'create', 'begin'),
      stage(4_000, 'create', 'end'),
      stage(4_000, 'ready', 'begin'),
    ]
    expect(figuresOf(stages).readySeconds).toBeNull()
    expect(figuresOf([...stages, stage(8_500, 'ready', 'end')]).readySeconds).toBe(7.5)
  })

  it('finds the samples of the measured load wherever the lines of its begin come', () => {
    const stage = (at: number, stage: 'warmup' | 'load', forMs?: number): HistoryEvent => ({
      ...{ type: 'stage', at, stage, state: 'begin' },
      ...(forMs === undefined ? {} : { forMs }),
    })
    const sample = (at: number, mebibytes: number): HistoryEvent => ({
      ...{ type: 'resources', at, memoryBytes: [mebibytes * 1024 * 1024], cpuSeconds: [at / 10_000] },
    })
    // Of the harness, from outside; then that of the driver.
    const [outer, warmup, began] = [stage(0, 'load'), stage(100, 'warmup', 5000), stage(5100, 'load')]
    const samples = [sample(1000, 1), sample(6000, 6), sample(11_000, 11)]
    const windows = [
      [outer, warmup, samples[0]!, began, ...samples.slice(1)],
      [outer, samples[0]!, warmup, samples[1]!, began, samples[2]!],
      [outer, warmup, ...samples, began],
      [outer, samples[0]!, warmup, ...samples.slice(1), began],
    ].map(history => {
      const observer = new Observer(1)
      for (const event of history) observer.add(event)
      const { first, last } = observer.finish().resources
      return [first?.at, last?.at]
    })
    expect(windows).toEqual(windows.map(() => [6000, 11_000]))
    expect(figuresOf([outer, ...samples, warmup, began]).memoryPerNodeMiB).toBe(11)
  })

  it('takes the memory of the median node from the last sample during the load', () => {
    const sample = (
      at: number,
      mebibytes: (number | null)[],
      cpuSeconds: (number | null)[],
    ): HistoryEvent => ({
      type: 'resources',
      at,
      memoryBytes: mebibytes.map(value => (value === null ? null : value * 1024 * 1024)),
      cpuSeconds,
    })
    const history = [
      declared(2),
      load[0]!,
      sample(11_000, [30, 31, 32, 33], [1, 1, null, 7]),
      submitted([0, 1]),
      told(0, 0, [0], { at: 12_000 }),
      told(0, 1, [1], { at: 13_000 }),
      // The third started since, the fourth started again.
      sample(19_000, [40, null, 60, 33], [1.001, 1.003, 0.5, 0.2]),
      load[1]!,
      sample(25_000, [90, 90, 90, 90], [9, 9, 9, 9]),
    ]
    const figures = figuresOf(history, 4)
    expect(figures.memoryPerNodeMiB).toBe(40)
    // (1 ms + 3 ms) / 2 nodes / 2 transactions
    expect(figures.cpuMicrosecondsPerTransactionAndNode).toBe(1000)
  })

  it('counts messages from the first status of a node to its last, unless one did not count all of them', () => {
    const decided = [declared(2), submitted([0, 1]), told(0, 0, [0, 1]), told(1, 0, [0, 1])]
    const said = (node: number, messagesSent: number, startedAt = 5) =>
      status(node, { messagesSent, startedAt })
    const first = [said(0, 10), said(1, 20)]
    const perAccepted = (last: HistoryEvent[]) =>
      figuresOf([...first, ...decided, ...last]).messagesPerAcceptedTransaction
    // (40 + 50) messages / 2 transactions
    expect(perAccepted([said(0, 50), said(1, 70)])).toBe(45)
    expect(perAccepted([said(0, 50), said(1, 70, 6)])).toBeNull()
    expect(perAccepted([said(0, 50), status(1)])).toBeNull()
  })
})
