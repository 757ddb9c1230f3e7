import { describe, expect, it } from '@jest/globals'
import { latencyP95 } from '../../../harness/checkers/latency.ts'
import { throughput } from '../../../harness/checkers/throughput.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import type { PlannedObjectives } from '../../../model/plan.ts'
import { begin, declared, judged } from './history-fixture.ts'

const beganAt = 1_000_000
const withinMs = 2000

const objectives: PlannedObjectives = {
  throughput: { unit: 'share', target: 0.95, acceptable: 0.9, critical: 0.8, withinMs },
  finalityP95Ms: {
    ...{ source: 'cost model', sum: '1 + 1 = 2', target: 500, acceptable: 1000, critical: withinMs },
  },
  finalityP99Ms: { unjudged: 'only where it is set' },
}
const options = { nodes: 1, plan: { objectives } }

/** One transaction a second; `tookMs` says how long each took, undefined that it was lost. */
function historyOf(
  seconds: number,
  tookMs: (second: number) => number | undefined,
  more: { readonly faults?: readonly (readonly [number, number])[]; readonly ending?: HistoryEvent } = {},
): HistoryEvent[] {
  const stage = (ms: number, state: 'begin' | 'end'): HistoryEvent => ({
    ...{ type: 'stage', stage: 'load', state },
    at: beganAt + ms,
  })
  const all = Array.from({ length: seconds }, (_, index) => index)
  const accepted = all.filter(second => tookMs(second) !== undefined)
  return [
    begin,
    declared(seconds),
    stage(0, 'begin'),
    {
      ...{ type: 'submission', at: beganAt, node: 0, result: 'ok', transactions: all },
      intendedAt: all.map(second => beganAt + second * 1000),
    },
    ...accepted.map(
      (second, sequence): HistoryEvent => ({
        ...{ type: 'decisions', node: 0, sequence, transactions: [second] },
        at: beganAt + second * 1000 + tookMs(second)!,
      }),
    ),
    ...(more.faults ?? []).flatMap(([from, to], index): HistoryEvent[] => [
      { type: 'fault', at: beganAt + from * 1000, id: `kill-${index + 1}`, step: 'inject' },
      { type: 'fault', at: beganAt + to * 1000, id: `kill-${index + 1}`, step: 'heal' },
    ]),
    { type: 'driver', at: beganAt + seconds * 1000, intended: seconds, sent: seconds, lagP99Ms: 1 },
    stage(seconds * 1000, 'end'),
    more.ending ?? { type: 'end', at: beganAt + seconds * 1000 + 60_000, reason: 'done' },
  ]
}

const quick = () => 100
/** So many of every hundred are too late. */
const late = (percent: number) => (second: number) => (second % 100 < percent ? 2001 : 100)

describe('throughput by cohort', () => {
  it.each([
    [0, 'pass', 'target'],
    [5, 'pass', 'target'],
    [6, 'pass', 'acceptable'],
    [10, 'pass', 'acceptable'],
    [11, 'pass', 'critical'],
    [20, 'pass', 'critical'],
    [21, 'fail', 'missed'],
  ])('with %i %% of the load too late is %s at level %s', (percent, verdict, level) => {
    // In a row they would all be in one window: a step that has no factor in common with 100 spreads them.
    const spread = (second: number) => late(percent)((second * 37) % 100)
    expect(judged(throughput, historyOf(100, spread), options)).toMatchObject({ verdict, level })
  })

  it('takes what comes exactly in time, and nothing later', () => {
    expect(
      judged(
        throughput,
        historyOf(40, () => 2000),
        options,
      ),
    ).toMatchObject({ level: 'target' })
    expect(
      judged(
        throughput,
        historyOf(40, () => 2000.1),
        options,
      ),
    ).toMatchObject({ level: 'missed' })
  })

  it('fails a load of which less than half was carried, although all of it was accepted in the end', () => {
    // Every second one queues for longer and longer.
    const queued = (second: number) => (second % 2 === 0 ? 100 : 3000 + 100 * second)
    const { verdict, message } = judged(throughput, historyOf(60, queued), options)
    expect(verdict).toBe('fail')
    expect(message).toContain(
      '; 50.0 % of 60 transactions due were accepted within 2,000 ms; target 95.0 %, critical 80.0 %',
    )
  })

  it('counts lost ones as never in time', () => {
    const lossy = (second: number) => (second % 4 === 0 ? undefined : 100)
    expect(judged(throughput, historyOf(60, lossy), options)).toMatchObject({
      verdict: 'fail',
      level: 'missed',
    })
  })

  it('judges the worst minute, and says which and what came of the others', () => {
    const slump = (second: number) => (second >= 130 && second < 145 ? 5000 : 100)
    const result = judged(throughput, historyOf(240, slump), options)
    expect(result).toMatchObject({ verdict: 'fail', level: 'missed' })
    expect(result.message).toContain('75.0 % of 60 transactions due')
    expect(result.message).toContain('in the worst of 4 windows (120 to 180 s)')
    expect(result.evidence).toMatchObject({
      windows: [
        { fromMs: 120_000, toMs: 180_000, due: 60, inTime: 45 },
        ...[0, 1, 2].map(() => ({ due: 60, inTime: 60 })),
      ],
    })
  })

  it('leaves out what a fault disturbed, from its request until the network had caught up, and names it', () => {
    // A stall from 30 s on; at 45 s, five seconds after the heal, all of it is accepted.
    const stalled = (second: number) => (second >= 30 && second < 45 ? (45 - second) * 1000 : 100)
    const history = historyOf(100, stalled, { faults: [[30, 40]] })
    const result = judged(throughput, history, options)
    expect(result.verdict).toBe('pass')
    expect(result.message).toContain('left out and judged by recovery: 28.0 to 45.0 s (kill-1)')
    expect(result.level).toBe('target')
    expect(judged(throughput, historyOf(100, stalled), options)).toMatchObject({ level: 'missed' })
    expect(judged(latencyP95, history, options).message).toMatch(/^p95 100 ms over 83 transactions; .*kill-1/)
    expect(judged(latencyP95, historyOf(100, stalled), options).level).toBe('missed')
  })

  it('still judges what comes after a fault that the network never wholly recovered from in speed', () => {
    // It had caught up at 21 s, and is slow for good from 30 s on.
    const broken = (second: number) => (second >= 30 ? 4000 : 100)
    const result = judged(throughput, historyOf(100, broken, { faults: [[10, 20]] }), options)
    expect(result).toMatchObject({ verdict: 'fail', level: 'missed' })
  })

  it('judges nothing where faults leave less than ten seconds', () => {
    const result = judged(
      throughput,
      historyOf(60, () => 5000, { faults: [[8, 60]] }),
      options,
    )
    expect(result).toMatchObject({ verdict: 'pass' })
    expect(result.level).toBeUndefined()
    expect(result.message).toContain('not judged: less than 10 s of the load were without faults')
  })

  it('holds nothing against a load whose time was cut off, and knows what was late before', () => {
    const ending: HistoryEvent = { type: 'end', at: beganAt + 21_000, reason: 'interrupted' }
    const open = (second: number) => (second >= 19 ? undefined : 100)
    expect(judged(throughput, historyOf(21, open, { ending }), options)).toMatchObject({ level: 'target' })
    const lost = (second: number) => (second >= 10 ? undefined : 100)
    expect(judged(throughput, historyOf(21, lost, { ending }), options)).toMatchObject({ level: 'missed' })
  })

  it('is reported, with a reason, where it is not judged', () => {
    const unjudged = { unjudged: 'the scenario expects a stall' }
    const plan = { objectives: { ...objectives, throughput: unjudged, finalityP95Ms: unjudged } }
    for (const checker of [throughput, latencyP95]) {
      const result = judged(
        checker,
        historyOf(60, () => 50_000),
        { nodes: 1, plan },
      )
      expect(result).toMatchObject({ verdict: 'pass' })
      expect(result.message).toMatch(/; reported, not judged: the scenario expects a stall$/)
    }
  })
})

describe('finality by default', () => {
  it('is judged against the cost model, and says its sum', () => {
    expect(judged(latencyP95, historyOf(60, quick), options)).toEqual({
      ...{ name: 'finality-p95', verdict: 'pass', level: 'target' },
      message: 'p95 100 ms over 60 transactions; target 500 ms, critical 2,000 ms (1 + 1 = 2)',
    })
    expect(judged(latencyP95, historyOf(60, late(10)), options)).toMatchObject({ verdict: 'fail' })
  })

  it('counts what a scenario asks for over all of the load, faults included', () => {
    const asked = { source: 'scenario', sum: '', target: 500, acceptable: 1000, critical: 2000 } as const
    const plan = { objectives: { ...objectives, finalityP95Ms: asked } }
    const slow = (second: number) => (second >= 30 && second < 40 ? 5000 : 100)
    const history = historyOf(100, slow, { faults: [[30, 40]] })
    expect(judged(latencyP95, history, { nodes: 1, plan })).toMatchObject({ verdict: 'fail' })
    expect(judged(latencyP95, history, options)).toMatchObject({ verdict: 'pass' })
  })
})
