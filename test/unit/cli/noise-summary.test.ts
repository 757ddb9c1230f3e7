import { describe, expect, it } from '@jest/globals'
import { judge } from '../../../harness/checkers/index.ts'
import { NoiseTrack } from '../../../harness/checkers/noise-track.ts'
import { summarize } from '../../../harness/cli/output/summary.ts'
import { describeDisturbance } from '../../../harness/run/disturbance.ts'
import type { RunMetrics, Verdict } from '../../../model/verdict.ts'
import { planOf } from '../../support/plan.ts'
import { syntheticHistory } from '../../support/synthetic-history.ts'

const plan = planOf(4)

async function rowOf(noise: RunMetrics['noise'] | undefined): Promise<string | undefined> {
  const judged = await judge(plan, syntheticHistory({ nodes: 4, tps: 5, seconds: 3 }))
  const metrics = noise === undefined ? judged.metrics : { ...judged.metrics, noise }
  const text = summarize({ ...judged, metrics } satisfies Verdict, plan, 'runs/r', 'npm run scale')
  return /^ {2}noise +(.*)$/m.exec(text)?.[1]
}

describe('the summary of a run', () => {
  it('has what others took of the cores, from its history', async () => {
    expect(await rowOf(undefined)).toBe('others 5.0 % of the cores, worst second 5 %, steal 1.0 %')
  })

  it('names a quota that held the run back', async () => {
    const figures = { othersPercent: 2.14, othersWorstPercent: 12, stealPercent: 0.3, throttledSeconds: 7.25 }
    expect(await rowOf(figures)).toBe(
      'others 2.1 % of the cores, worst second 12 %, steal 0.3 %, held back by a quota for 7.3 CPU seconds',
    )
  })

  it('says why it could not be measured, and nothing of a run that did not', async () => {
    expect(await rowOf({ unobservable: 'the engine runs in another kernel' })).toBe(
      'unobservable: the engine runs in another kernel',
    )
    expect(await rowOf(null)).toBeUndefined()
  })
})

describe('a person whose run was disturbed', () => {
  const load = { from: 0, to: 1000 }
  const engine = { adviseOnDisturbance: async () => 'close them' }
  const track = (others: number) => {
    const noise = new NoiseTrack()
    noise.add({
      ...{ type: 'noise', at: 1000, forMs: 1000, cores: 2, busy: 2 * others, steal: 0, throttled: 0 },
      ...{ containers: 0, engine: 0, harness: 0, interrupts: 0 },
    })
    return noise
  }

  it('is told so, and nobody else', async () => {
    expect(await describeDisturbance(track(0.41), load, engine)).toMatch(
      /^other programs took 41 % of the cores during the load: close them$/,
    )
    expect(await describeDisturbance(track(0.1), load, engine)).toBeUndefined()
    expect(await describeDisturbance(new NoiseTrack(), load, engine)).toBeUndefined()
  })
})
