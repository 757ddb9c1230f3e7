import type { Outcome } from '../../model/verdict.ts'
import { type Ratio, ratioInterval, spreads } from './interval.ts'

/** Which way a figure gets worse. */
export type Better = 'higher' | 'lower'

export interface Judgement {
  readonly verdict: Outcome
  /** Mean of each side; null when there is none. */
  readonly a: number | null
  readonly b: number | null
  /** How many times worse the second side is (above 1: worse); null when no ratio can be formed. */
  readonly worse: Ratio | null
  readonly message: string
}

/** A figure of both sides and what is asked about it. */
export interface Question {
  /** Values of the first side; null is infinitely bad, such as a percentile on a lost transaction. */
  readonly a: readonly (number | null)[]
  readonly b: readonly (number | null)[]
  readonly better: Better
  /** By how much it may be worse, as a share: 0.1 allows 10 %. */
  readonly threshold: number
  /** How many figures are judged together. */
  readonly figures: number
  /** What the values are of, for messages. */
  readonly each: 'runs' | 'batches'
}

/**
 * Whether a figure got worse by more than the threshold.
 * fail: what it is worse by at least is more than is allowed. Every figure is one more chance to fail by accident, so that bound holds for
 * all of them together: what got worse by no more than is allowed, or not at all, fails in at most 5 % of comparisons;
 * pass: the whole interval is within the threshold. All figures must pass, so each can be judged by itself;
 * unknown: neither, because the noise is larger than what is asked about.
 */
export function judgeFigure(question: Question): Judgement {
  const [a, b] = [question.a.filter(isKnown), question.b.filter(isKnown)]
  const [lostA, lostB] = [question.a.length - a.length, question.b.length - b.length]
  if (lostA > 0 || lostB > 0) return judgeLost(question, lostA, lostB)
  const { better, threshold, figures } = question
  const means = spreads({ a, b })
  const shown = { a: means.a.mean, b: means.b.mean }
  const [usual, other] = better === 'lower' ? [a, b] : [b, a]
  const [usualMean, otherMean] = better === 'lower' ? [shown.a, shown.b] : [shown.b, shown.a]
  if (usualMean === 0 || otherMean === 0)
    return { ...shown, worse: null, ...judgeNothing(usualMean, otherMean) }
  const worse = ratioInterval({ a: usual, b: other }, figures)
  return worse === undefined
    ? {
        ...shown,
        worse: null,
        verdict: 'unknown',
        message: 'one run a side says nothing of noise; repeat them',
      }
    : { ...shown, worse, ...judgeRatio(worse, threshold) }
}

function judgeRatio(
  { low, high, atLeast }: Ratio,
  threshold: number,
): Pick<Judgement, 'verdict' | 'message'> {
  const allowed = 1 + threshold
  const interval = `${percent(low)} to ${percent(high)}`
  if (atLeast > allowed) return { verdict: 'fail', message: `worse: at least ${percent(atLeast)}` }
  if (high <= allowed)
    return {
      verdict: 'pass',
      message: high < 1 ? `better: ${interval}` : `within the threshold: ${interval}`,
    }
  return { verdict: 'unknown', message: `cannot be told from noise: ${interval}` }
}

/** One side has not a finite value in all of its runs. */
function judgeLost({ a, b, each }: Question, lostA: number, lostB: number): Judgement {
  const without = (verdict: Outcome, message: string) => ({ verdict, a: null, b: null, worse: null, message })
  if (lostA > 0 && lostB > 0) return without('unknown', 'no finite figure on either side')
  if (lostB > 0)
    return without('fail', `no finite figure in ${lostB} of ${b.length} ${each} of the second side`)
  return without('pass', `the first side had no finite figure in ${lostA} of ${a.length} ${each}`)
}

/** One of the means is 0, as throughput where nothing at all was accepted: infinitely much worse, or better. */
function judgeNothing(usual: number, other: number): Pick<Judgement, 'verdict' | 'message'> {
  if (usual === other) return { verdict: 'unknown', message: 'it is 0 on both sides' }
  return usual === 0
    ? { verdict: 'fail', message: 'infinitely much worse' }
    : { verdict: 'pass', message: 'infinitely much better' }
}

function isKnown(value: number | null): value is number {
  return value !== null && Number.isFinite(value)
}

/** A factor as a change: 1.12 is `+12 %`. */
export function percent(factor: number): string {
  const change = (factor - 1) * 100
  return `${change >= 0 ? '+' : ''}${change.toFixed(Math.abs(change) < 10 ? 1 : 0)} %`
}
