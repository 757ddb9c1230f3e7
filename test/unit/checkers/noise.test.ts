import { describe, expect, it } from '@jest/globals'
import { fail, pass } from '../../../harness/checkers/checker.ts'
import { judge } from '../../../harness/checkers/index.ts'
import { underNoise } from '../../../harness/checkers/noise.ts'
import { NoiseTrack } from '../../../harness/checkers/noise-track.ts'
import type { HistoryEvent, NoiseEvent } from '../../../model/event.ts'
import {
  begin,
  declared,
  digest,
  end,
  load,
  loadBegan,
  planOf,
  status,
  submitted,
  told,
} from './history-fixture.ts'

/** A second of two cores that ends at this time, a share of it taken by others. */
const second = (at: number, others: number, steal = 0): NoiseEvent => ({
  ...{ type: 'noise', at, forMs: 1000, cores: 2, busy: 2 * others + 0.5, steal: 2 * steal, throttled: 0 },
  ...{ containers: 0.4, engine: 0.05, harness: 0.05, interrupts: 0 },
})

/** A minute from 0 on in which others take this share in the seconds for which it is given, and 1 % otherwise. */
function minute(shareAt: (second: number) => number | undefined): NoiseTrack {
  const track = new NoiseTrack()
  for (let index = 0; index < 60; index += 1) track.add(second((index + 1) * 1000, shareAt(index) ?? 0.01))
  return track
}

const wholeMinute = { from: 0, to: 60_000 }
const missed = { ...fail('10 TPS of 20'), level: 'missed' } as const
const onTarget = { ...pass('20 TPS of 20'), level: 'target' } as const

describe('a check of performance', () => {
  const quiet = minute(() => undefined)
  const busy = minute(() => 0.41)

  it('stands when nobody else used the cores, and when nobody measured whether they did', () => {
    expect(underNoise(missed, quiet, wholeMinute)).toEqual(missed)
    expect(underNoise(missed, new NoiseTrack(), wholeMinute)).toEqual(missed)
    expect(underNoise(missed, busy, { from: 100_000, to: 160_000 })).toEqual(missed)
  })

  it('is unknown when it failed and others took too much, and says how much', () => {
    expect(underNoise(missed, busy, wholeMinute)).toEqual({
      verdict: 'unknown',
      message: '10 TPS of 20; other programs took 41 % of the cores',
    })
  })

  it('is unknown when it fell short of its target: how good it would have been is not known', () => {
    const acceptable = { ...onTarget, level: 'acceptable' } as const
    expect(underNoise(acceptable, busy, wholeMinute).verdict).toBe('unknown')
    expect(underNoise(acceptable, busy, wholeMinute).level).toBeUndefined()
  })

  it('passes when it reached its target all the same, and names what was taken', () => {
    expect(underNoise(onTarget, busy, wholeMinute)).toEqual({
      ...onTarget,
      message: '20 TPS of 20; other programs took 41 % of the cores',
    })
    expect(underNoise(onTarget, quiet, wholeMinute)).toEqual(onTarget)
  })

  it('is as unknown when a hypervisor took the cores', () => {
    const stolen = new NoiseTrack()
    stolen.add(second(1000, 0, 0.3))
    expect(underNoise(missed, stolen, wholeMinute).message).toContain('other virtual machines took 30 %')
  })

  it('fails when one window missed its objective undisturbed, whatever happened in another', () => {
    const firstHalf = minute(at => (at < 30 ? 0.6 : undefined))
    const [disturbed, undisturbed] = [
      { from: 0, to: 30_000 },
      { from: 30_000, to: 60_000 },
    ]
    const during = (...windows: { from: number; to: number }[]) =>
      underNoise({ ...missed, during: windows }, firstHalf, wholeMinute).verdict
    expect(during(disturbed)).toBe('unknown')
    expect(during(undisturbed)).toBe('fail')
    expect(during(disturbed, undisturbed)).toBe('fail')
  })

  it('of a percentile is unknown when others were busy for as long as its tail is', () => {
    const burst = minute(at => (at < 5 ? 0.6 : undefined))
    const of = (percent: number) =>
      underNoise({ ...missed, tail: (100 - percent) / 100 }, burst, wholeMinute).verdict
    expect(of(95)).toBe('unknown')
    expect(of(50)).toBe('fail')
    expect(underNoise(missed, burst, wholeMinute).verdict).toBe('fail')
  })

  it('leaves nothing of how it was decided in the verdict', () => {
    const finding = { ...missed, during: [wholeMinute], tail: 0.05 }
    expect(Object.keys(underNoise(finding, quiet, wholeMinute))).toEqual(['verdict', 'message', 'level'])
  })
})

describe('a run next to another program', () => {
  const objective = { target: 2, acceptable: 1.5, critical: 1 }
  const plan = planOf(2, { throughput: objective })
  const events = (more: readonly HistoryEvent[], decided: readonly HistoryEvent[]) => [
    begin,
    declared(3),
    ...load,
    ...more,
    submitted([0, 1, 2]),
    ...decided,
    digest(0, 3),
    digest(1, 3),
    status(0),
    status(1),
    end,
  ]
  const everywhere = [told(0, 0, [0, 1, 2]), told(1, 0, [0, 1, 2])]
  const noise = (share: number) =>
    Array.from({ length: 10 }, (_, index) => second(loadBegan + (index + 1) * 1000, share))
  const outcomes = async (history: readonly HistoryEvent[]) => {
    const { checks, metrics } = await judge(plan, history)
    return { ...Object.fromEntries(checks.map(check => [check.name, check.verdict])), metrics }
  }

  it('fails its objective alone, and not next to a busy program', async () => {
    expect(await outcomes(events(noise(0.02), everywhere))).toMatchObject({ throughput: 'fail' })
    expect(await outcomes(events(noise(0.5), everywhere))).toMatchObject({ throughput: 'unknown' })
  })

  it('fails a check of safety as ever', async () => {
    const twice = [told(0, 0, [0, 1, 2]), told(0, 3, [1]), told(1, 0, [0, 1, 2])]
    expect(await outcomes(events(noise(0.5), twice))).toMatchObject({ integrity: 'fail' })
  })

  it('fails liveness when nothing was decided, and may have lacked time when something was', async () => {
    expect(await outcomes(events(noise(0.5), []))).toMatchObject({ liveness: 'fail' })
    const some = [told(0, 0, [0, 1, 2]), told(1, 0, [0, 1])]
    expect(await outcomes(events(noise(0.5), some))).toMatchObject({ liveness: 'unknown' })
    expect(await outcomes(events(noise(0.02), some))).toMatchObject({ liveness: 'fail' })
  })

  it('has what others took among its figures, from the load alone', async () => {
    // The first of them ended just after the load began, and is mostly of the time before.
    const before = [second(loadBegan - 1000, 0.9), second(loadBegan + 300, 0.9)]
    const after = [second(loadBegan + 10_600, 0.9)]
    const during = [...noise(0.1).slice(0, 9), second(loadBegan + 10_000, 0.3)]
    const { metrics } = await outcomes(events([...before, ...during, ...after], everywhere))
    expect(metrics.noise).toEqual({
      othersPercent: 12,
      othersWorstPercent: 30,
      stealPercent: 0,
      throttledSeconds: 0,
    })
  })

  it('has no such figures when they were not measured, and the reason when they could not be', async () => {
    expect((await outcomes(events([], everywhere))).metrics.noise).toBeNull()
    const reason = 'the engine runs in another kernel'
    const unobservable: HistoryEvent = { type: 'noise-unobservable', at: 1, reason }
    const found = await outcomes(events([unobservable], everywhere))
    expect(found.metrics.noise).toEqual({ unobservable: reason })
    expect(found).toMatchObject({ throughput: 'fail' })
  })
})
