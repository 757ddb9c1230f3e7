import { beforeAll, describe, expect, it } from '@jest/globals'
import { compareSides } from '../../harness/compare/compare.ts'
import type { ComparedRun } from '../../harness/compare/side.ts'
import { buildReport } from '../../harness/report/build.ts'
import { stream } from '../../model/random.ts'
import type { Report } from '../../model/report.ts'
import type { Outcome } from '../../model/verdict.ts'
import { recordedVerdict, recordRun } from '../support/run-directory.ts'

/** How the second side differs from the first, and how much the runs of both differ among themselves. */
interface Case {
  readonly noise: number
  readonly repeats: number
  /** Times that the second side is worse, in each of its figures. */
  readonly worse?: readonly number[]
}

const figures = 8
const same: readonly number[] = Array(figures).fill(1)

let report: Report
beforeAll(async () => {
  await using recorded = await recordRun()
  await recorded.write('verdict.json', JSON.stringify({ ...recordedVerdict, verdict: 'pass', checks: [] }))
  report = await buildReport(recorded.directory)
})

/** Compares two sides of made up runs, whose eight figures have independent lognormal noise. @returns share of each verdict */
function comparisons(trials: number, { noise, repeats, worse = same }: Case): Record<Outcome, number> {
  const random = stream('compare', `${noise} ${repeats} ${worse}`)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const run = (times: readonly number[]): ComparedRun => {
    const [tps, a, b, c, d, e, memory, cpu] = times.map(each => 100 * each * Math.exp(noise * normal()))
    const metrics = {
      ...report.metrics!,
      // More of it is better.
      tps: 10_000 / tps!,
      finalityMs: { p50: a!, p95: b!, p99: c! },
      finalityAllMs: { p50: d!, p95: e!, p99: null },
      memoryPerNodeMiB: memory!,
      cpuMicrosecondsPerTransactionAndNode: cpu!,
    }
    return { plan: undefined, report: { ...report, missing: [], verdict: 'pass', metrics } }
  }
  const found: Record<Outcome, number> = { pass: 0, fail: 0, unknown: 0 }
  for (let trial = 0; trial < trials; trial++) {
    const [first, second] = [same, worse].map(times => Array.from({ length: repeats }, () => run(times)))
    found[compareSides(first!, second!, 0.1).verdict] += 1 / trials
  }
  return found
}

describe('comparisons of runs with noise', () => {
  const noises = [0.03, 0.1, 0.3]
  it.each(noises.flatMap(noise => [2, 3, 5].map(repeats => ({ noise, repeats }))))(
    'of sides that are the same fail in less than 5 of 100 as a whole: %j',
    each => {
      expect(comparisons(200, each).fail).toBeLessThan(0.05)
    },
  )

  it('fail in 5 of 100 where all figures are worse by just what is allowed, the worst there is to err in', () => {
    const { fail } = comparisons(1000, { noise: 0.03, repeats: 3, worse: same.map(() => 1.1) })
    expect(fail).toBeGreaterThan(0.035)
    expect(fail).toBeLessThan(0.065)
  })

  it('find one figure that is worse by 30 % with 3 % noise in three repeats, and never pass it', () => {
    const { fail, pass } = comparisons(200, { noise: 0.03, repeats: 3, worse: same.with(5, 1.3) })
    expect(fail).toBeGreaterThan(0.9)
    expect(pass).toBe(0)
  })

  it('say unknown where the noise is larger than the threshold', () => {
    expect(comparisons(200, { noise: 0.3, repeats: 3 }).unknown).toBeGreaterThan(0.95)
  })

  it('pass where the noise is small', () => {
    expect(comparisons(200, { noise: 0.01, repeats: 3 }).pass).toBeGreaterThan(0.95)
  })
})
