import { describe, expect, it } from '@jest/globals'
import { latencyP95, latencyP99 } from '../../../harness/checkers/latency.ts'
import { throughput } from '../../../harness/checkers/throughput.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import {
  declared,
  goodHistory,
  judged,
  load,
  loadBegan,
  loadEnded,
  submitted,
  told,
} from './history-fixture.ts'

const tps = (target: number, acceptable: number, critical: number) => ({
  expect: { throughput: { target, acceptable, critical } },
})
const p95 = (target: number, acceptable: number, critical: number) => ({
  expect: { finalityP95Ms: { target, acceptable, critical } },
})

describe('throughput', () => {
  // Three transactions are accepted in a load of ten seconds.
  it.each([
    [tps(0.3, 0.2, 0.1), 'pass', 'target'],
    [tps(0.4, 0.3, 0.1), 'pass', 'acceptable'],
    [tps(0.5, 0.4, 0.3), 'pass', 'critical'],
    [tps(0.5, 0.4, 0.31), 'fail', 'missed'],
  ])('with %j is %s at level %s', (options, verdict, level) => {
    expect(judged(throughput, goodHistory(), options)).toMatchObject({ verdict, level })
  })

  it('passes without a level for a plan of a version without default objectives', () => {
    const result = judged(throughput, goodHistory())
    expect(result).toMatchObject({
      verdict: 'pass',
      message: expect.stringContaining('0.3 TPS accepted of 0.3 intended, over 10 s; reported, not judged: '),
    })
    expect(result.level).toBeUndefined()
  })

  it('counts what was first accepted from the beginning of the load on and before its end', () => {
    const at = (time: number) => ({ at: time })
    const history: HistoryEvent[] = [
      declared(4),
      ...load,
      submitted([0, 1, 2, 3]),
      told(0, 0, [0], at(loadBegan - 1)),
      told(0, 1, [1], at(loadBegan)),
      told(0, 2, [2], at(loadEnded - 1)),
      told(0, 3, [3], at(loadEnded)),
    ]
    expect(judged(throughput, history).message).toContain('0.2 TPS accepted')
  })

  it('takes the driver’s window where harness and driver both tell of the load', () => {
    const outer: HistoryEvent[] = [
      { type: 'stage', at: loadBegan - 5_000, stage: 'load', state: 'begin' },
      ...goodHistory(),
      { type: 'stage', at: loadEnded + 5_000, stage: 'load', state: 'end' },
    ]
    expect(judged(throughput, outer).message).toContain('over 10 s')
  })

  it('is unknown when the history does not tell of the load', () => {
    expect(judged(throughput, [declared(1), submitted([0])]).verdict).toBe('unknown')
  })
})

describe('finality', () => {
  // Intended at 10.0, 11.0 and 12.0 s; first accepted at 10.5, 10.5 (early by clock) and 12.3 s.
  const history = [
    declared(3),
    submitted([0, 1, 2]),
    told(0, 0, [0], { at: 10_100 }),
    told(0, 1, [1], { at: 11_200 }),
    told(1, 0, [1], { at: 11_050 }),
    told(1, 1, [0, 2], { at: 12_400 }),
    told(0, 2, [2], { at: 12_900 }),
  ]

  it('counts from the intended send to the first acceptance anywhere', () => {
    // 100, 50 and 400 ms.
    expect(judged(latencyP95, history).message).toMatch(
      /^p95 400 ms over 3 transactions; reported, not judged: /,
    )
  })

  it('counts from the original intended time when a transaction was sent again', () => {
    const again = submitted([2], { at: 12_200, node: 1 })
    expect(judged(latencyP95, [...history, again]).message).toContain('p95 400 ms')
  })

  it.each([
    [p95(400, 500, 600), 'pass', 'target'],
    [p95(399, 400, 600), 'pass', 'acceptable'],
    [p95(100, 399, 400), 'pass', 'critical'],
    [p95(100, 200, 399), 'fail', 'missed'],
  ])('with %j is %s at level %s', (options, verdict, level) => {
    expect(judged(latencyP95, history, options)).toMatchObject({ verdict, level })
  })

  it('counts a lost transaction as infinitely slow', () => {
    const lost = [declared(2), submitted([0, 1]), told(0, 0, [0])]
    expect(judged(latencyP99, lost).message).toMatch(
      /^p99 infinite: 1 transaction of 2 lost; reported, not judged: /,
    )
    expect(judged(latencyP95, lost, p95(1, 2, 1e9))).toMatchObject({ verdict: 'fail', level: 'missed' })
  })

  it('leaves double-spends out', () => {
    const pair = [declared(3, [[1, 2]]), submitted([0, 1, 2]), told(0, 0, [0], { at: 10_100 })]
    expect(judged(latencyP99, pair).message).toContain('p99 100 ms over 1 transaction;')
  })

  it('is unknown when nothing was submitted', () => {
    expect(judged(latencyP95, [declared(1)]).verdict).toBe('unknown')
  })
})
