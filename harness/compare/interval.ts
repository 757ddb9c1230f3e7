import { quantile } from '../theory/student.ts'

/** How many times the second mean is the first, with the bounds of its confidence interval. */
export interface Ratio {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/**
 * The 95 % confidence interval of the ratio of two geometric means: Student's interval of the difference of the means of
 * logarithms, with one variance for both sides (for a lognormal figure the exact one). Latencies and rates differ by factors, so
 * their logarithms are nearer to normal than they are; and sides of two to five repeats are too few for a bootstrap.
 * One side may be a single figure: its noise is then taken to be that of the other.
 *
 * @param a figures of the first side, all above 0
 * @returns undefined of fewer than three figures in all, which say nothing of noise
 */
export function ratioInterval(a: readonly number[], b: readonly number[]): Ratio | undefined {
  const freedom = a.length + b.length - 2
  if (freedom < 1 || a.length === 0 || b.length === 0) return undefined
  const [logA, logB] = [a.map(Math.log), b.map(Math.log)]
  const difference = mean(logB) - mean(logA)
  const variance = (squares(logA) + squares(logB)) / freedom
  const margin = quantile(freedom) * Math.sqrt(variance * (1 / a.length + 1 / b.length))
  return {
    estimate: Math.exp(difference),
    low: Math.exp(difference - margin),
    high: Math.exp(difference + margin),
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function squares(values: readonly number[]): number {
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
}
