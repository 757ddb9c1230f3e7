import { quantile } from '../theory/student.ts'

/** How many times the second mean is the first. */
export interface Ratio {
  readonly estimate: number
  /** Bounds of its 95 % confidence interval, taken by itself. */
  readonly low: number
  readonly high: number
  /** What it is at least: that any one of all figures is less than this has a chance of 5 %. */
  readonly atLeast: number
}

/** A side of one figure. */
interface Spread {
  readonly mean: number
  /** Sum of the squares of the relative deviations from the mean. */
  readonly squares: number
}

/** Chance of an error that is accepted. */
const error = 0.05

/**
 * The confidence interval of the ratio of two geometric means: Student's interval of the difference of the means of
 * logarithms, with one variance for both sides (for a lognormal figure the exact one). Latencies and rates differ by factors, so
 * their logarithms are nearer to normal than they are; and sides of two to five repeats are too few for a bootstrap.
 * One side may be a single figure: its noise is then taken to be that of the other.
 *
 * @param sides both without a mean of 0, as `spreads` has them
 * @param figures how many figures are looked at together: each of them gets its share of the chance of an error (Bonferroni), so that the
 * chance of an error in any of them stays what it is, however they depend on each other
 * @returns undefined of fewer than three values in all, which say nothing of noise
 */
export function ratioInterval(
  sides: { readonly a: readonly number[]; readonly b: readonly number[] },
  figures: number,
): Ratio | undefined {
  const [sizeA, sizeB] = [sides.a.length, sides.b.length]
  const freedom = sizeA + sizeB - 2
  if (freedom < 1 || sizeA === 0 || sizeB === 0) return undefined
  const { a, b } = spreads(sides)
  const difference = Math.log(b.mean / a.mean)
  const standardError = Math.sqrt(((a.squares + b.squares) / freedom) * (1 / sizeA + 1 / sizeB))
  const margin = quantile(freedom, 1 - error / 2) * standardError
  return {
    estimate: Math.exp(difference),
    low: Math.exp(difference - margin),
    high: Math.exp(difference + margin),
    atLeast: Math.exp(difference - quantile(freedom, 1 - error / figures) * standardError),
  }
}

/**
 * Geometric means. 0 has no logarithm: where it occurs both sides have plain means, whose relative deviations are about those of the
 * logarithms where they are small, and make the interval wide where they are not.
 */
export function spreads({ a, b }: { readonly a: readonly number[]; readonly b: readonly number[] }): {
  readonly a: Spread
  readonly b: Spread
} {
  const of = [...a, ...b].every(value => value > 0) ? geometric : plain
  return { a: of(a), b: of(b) }
}

function geometric(values: readonly number[]): Spread {
  const logs = values.map(Math.log)
  const middle = average(logs)
  return { mean: Math.exp(middle), squares: average(logs.map(log => (log - middle) ** 2)) * logs.length }
}

function plain(values: readonly number[]): Spread {
  const mean = average(values)
  const squares = average(values.map(value => (value / mean - 1) ** 2)) * values.length
  return { mean, squares }
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
