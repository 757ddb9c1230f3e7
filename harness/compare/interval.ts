/** How many times the second mean is the first, with the bounds of its confidence interval. */
export interface Ratio {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook, table 1.3.6.7.2). */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const

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

/** Beyond the table the next lower entry would do; this is within 0.1 % of the quantile (Cornish and Fisher's expansion). */
export function quantile(freedom: number): number {
  const known = quantiles[freedom - 1]
  if (known !== undefined) return known
  const z = 1.959964
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2)
}
