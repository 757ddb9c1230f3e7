import type { Outcome } from '../../model/verdict.ts'
import { type Ratio, ratioInterval } from './interval.ts'

/** Which way a figure gets worse. */
export type Better = 'higher' | 'lower'

export interface Judgement {
  readonly verdict: Outcome
  /** How many times worse the second side is (above 1: worse); undefined when no ratio can be formed. */
  readonly worse: Ratio | undefined
  readonly message: string
}

/**
 * Whether a figure got worse by more than the threshold.
 * fail: worse beyond doubt (the interval does not hold 1), and by more than the threshold as far as is known;
 * pass: the whole interval is within the threshold;
 * unknown: neither, because the noise is larger than what is asked about.
 *
 * @param threshold as a share: 0.1 allows 10 % worse
 * @param a repeats of the first side; null is infinitely bad, such as a percentile on a lost transaction
 */
export function judgeFigure(options: {
  readonly a: readonly (number | null)[]
  readonly b: readonly (number | null)[]
  readonly better: Better
  readonly threshold: number
}): Judgement {
  const { better, threshold } = options
  const [a, b] = [options.a.filter(isUsable), options.b.filter(isUsable)]
  const [lostA, lostB] = [options.a.length - a.length, options.b.length - b.length]
  if (lostB > 0 && lostA === 0)
    return without('fail', `no finite figure in ${lostB} of ${options.b.length} runs of the second side`)
  if (lostA > 0 && lostB === 0)
    return without('pass', `the first side had no finite figure in ${lostA} of ${options.a.length} runs`)
  if (lostA > 0) return without('unknown', 'no finite figure on either side')
  const ratio = better === 'lower' ? ratioInterval(a, b) : ratioInterval(b, a)
  if (ratio === undefined) return without('unknown', 'one run a side says nothing of noise; repeat them')
  return { worse: ratio, ...judgeRatio(ratio, threshold) }
}

function judgeRatio({ estimate, low, high }: Ratio, threshold: number): Omit<Judgement, 'worse'> {
  const allowed = 1 + threshold
  const interval = `${percent(low)} to ${percent(high)}`
  if (low > 1 && estimate > allowed) return { verdict: 'fail', message: `worse: ${interval}` }
  if (high <= allowed)
    return {
      verdict: 'pass',
      message: high < 1 ? `better: ${interval}` : `within the threshold: ${interval}`,
    }
  return { verdict: 'unknown', message: `cannot be told from noise: ${interval}` }
}

function isUsable(value: number | null): value is number {
  return value !== null && Number.isFinite(value) && value > 0
}

function without(verdict: Outcome, message: string): Judgement {
  return { verdict, worse: undefined, message }
}

/** A factor as a change: 1.12 is `+12 %`. */
export function percent(factor: number): string {
  const change = (factor - 1) * 100
  return `${change >= 0 ? '+' : ''}${change.toFixed(Math.abs(change) < 10 ? 1 : 0)} %`
}
