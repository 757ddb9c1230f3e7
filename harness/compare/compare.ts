/**
 * Two sides of repeats against each other. Reading order: side.ts (what is compared), interval.ts (how sure one can be),
 * judgement.ts (what follows from it), this file (all of it together).
 */
import { type Outcome, worst } from '../../model/verdict.ts'
import { mean, type Ratio } from './interval.ts'
import { judgeFigure } from './judgement.ts'
import { type ComparedRun, comparedFigures, conditions } from './side.ts'
import { stretchFigures } from './stretch-figures.ts'

/** comparison as data, version 1: what --json prints. */
export interface Comparison {
  readonly schema: 1
  readonly verdict: Outcome
  readonly threshold: number
  readonly a: readonly string[]
  readonly b: readonly string[]
  /** Whether noise was measured between runs, or only within one run a side, which sees less of it. */
  readonly noise: 'between runs' | 'within one run a side'
  readonly figures: readonly ComparedFigure[]
  /** What else bears on the result, a sentence each. */
  readonly remarks: readonly { readonly verdict: Outcome; readonly message: string }[]
}

export interface ComparedFigure {
  readonly name: string
  readonly unit: string
  readonly verdict: Outcome
  /** Geometric mean of each side; null when there is none. */
  readonly a: number | null
  readonly b: number | null
  /** How many times worse the second side is, with the bounds of the 95 % confidence interval. */
  readonly worse: Ratio | null
  readonly message: string
}

/** @param threshold share by which a figure may be worse */
export function compareSides(
  a: readonly ComparedRun[],
  b: readonly ComparedRun[],
  threshold: number,
): Comparison {
  const isSingle = a.length === 1 && b.length === 1
  const figures = isSingle ? withinRuns(a[0]!, b[0]!, threshold) : betweenRuns(a, b, threshold)
  const remarks = [...differences(a, b), ...verdictsOf(a, b), ...(figures.length === 0 ? [nothing] : [])]
  return {
    schema: 1,
    verdict: worst([...figures, ...remarks].map(({ verdict }) => verdict)),
    threshold,
    a: a.map(({ report }) => report.run),
    b: b.map(({ report }) => report.run),
    noise: isSingle ? 'within one run a side' : 'between runs',
    figures,
    remarks,
  }
}

const nothing = { verdict: 'unknown', message: 'there is no figure that both sides have' } as const

function betweenRuns(
  a: readonly ComparedRun[],
  b: readonly ComparedRun[],
  threshold: number,
): ComparedFigure[] {
  return comparedFigures.flatMap(({ name, unit, better, of }) => {
    const figuresOf = (side: readonly ComparedRun[]) =>
      side.map(({ report: { metrics } }) => (metrics === null ? null : of(metrics)))
    const [figuresA, figuresB] = [figuresOf(a), figuresOf(b)]
    // Neither side measured it at all.
    if ([...figuresA, ...figuresB].every(value => value === null)) return []
    const { worse = null, ...judged } = judgeFigure({ a: figuresA, b: figuresB, better, threshold })
    return [{ name, unit, a: typical(figuresA), b: typical(figuresB), worse, ...judged }]
  })
}

/** With one run a side noise is that of stretches of each run; figures that have no such stretches are left out. */
function withinRuns(a: ComparedRun, b: ComparedRun, threshold: number): ComparedFigure[] {
  return stretchFigures.flatMap(({ name, unit, better, of }) => {
    const [stretchesA, stretchesB] = [of(a.report), of(b.report)]
    if (stretchesA.length === 0 || stretchesB.length === 0) return []
    const { worse = null, ...judged } = judgeFigure({ a: stretchesA, b: stretchesB, better, threshold })
    return [{ name, unit, a: typical(stretchesA), b: typical(stretchesB), worse, ...judged }]
  })
}

/** Geometric mean, as the ratio is one of geometric means. */
function typical(values: readonly (number | null)[]): number | null {
  const usable = values.filter(value => value !== null && value > 0) as number[]
  return usable.length === values.length && usable.length > 0 ? Math.exp(mean(usable.map(Math.log))) : null
}

function differences(a: readonly ComparedRun[], b: readonly ComparedRun[]): Comparison['remarks'] {
  const all = [...a, ...b].map(conditions)
  return Object.keys(all[0]!).flatMap(name => {
    const found = [...new Set(all.map(each => each[name]!))]
    return found.length === 1
      ? []
      : [{ verdict: 'unknown' as const, message: `not the same ${name}: ${found.join(' and ')}` }]
  })
}

/** A run that fails where none did before is a regression; figures of one that did not pass are not to be trusted. */
function verdictsOf(a: readonly ComparedRun[], b: readonly ComparedRun[]): Comparison['remarks'] {
  const hadFailed = a.some(({ report }) => report.verdict === 'fail')
  const remarks = (side: readonly ComparedRun[], isSecond: boolean) =>
    side.flatMap(({ report: { run, verdict } }) => {
      if (verdict === 'pass') return []
      const isRegression = isSecond && verdict === 'fail' && !hadFailed
      return [
        {
          verdict: isRegression ? 'fail' : 'unknown',
          message: `the verdict of ${run} is ${verdict}`,
        } as const,
      ]
    })
  return [...remarks(a, false), ...remarks(b, true)]
}
