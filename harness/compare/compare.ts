/**
 * Two sides of repeats against each other. Reading order: side.ts (what is compared), conditions.ts (whether it can be), interval.ts (how sure one can be),
 * judgement.ts (what follows from it), this file (all of it together).
 */
import { type Outcome, worst } from '../../model/verdict.ts'
import { conditions } from './conditions.ts'
import { type Judgement, judgeFigure, type Question } from './judgement.ts'
import { type ComparedRun, comparedFigures } from './side.ts'
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

export interface ComparedFigure extends Judgement {
  readonly name: string
  readonly unit: string
}

/** @param threshold share by which a figure may be worse */
export function compareSides(
  a: readonly ComparedRun[],
  b: readonly ComparedRun[],
  threshold: number,
): Comparison {
  const isSingle = a.length === 1 && b.length === 1
  const found = isSingle ? withinRuns(a[0]!, b[0]!) : betweenRuns(a, b)
  const asked = { threshold, figures: found.length, each: isSingle ? 'batches' : 'runs' } as const
  const figures = found.map(({ name, unit, ...sides }) => ({
    ...{ name, unit },
    ...judgeFigure({ ...sides, ...asked }),
  }))
  const doubts = [...differences(a, b), ...gaps([...a, ...b])]
  const remarks = [...doubts, ...verdictsOf(a, b), ...(figures.length === 0 ? [nothing] : [])]
  // Figures of two different things, or of a part of a run, show neither a regression nor that there is none.
  const shown = doubts.length > 0 ? remarks : [...figures, ...remarks]
  return {
    schema: 1,
    verdict: worst(shown.map(({ verdict }) => verdict)),
    threshold,
    a: a.map(({ report }) => report.run),
    b: b.map(({ report }) => report.run),
    noise: isSingle ? 'within one run a side' : 'between runs',
    figures,
    remarks,
  }
}

const nothing = { verdict: 'unknown', message: 'there is no figure that both sides have' } as const

/** A figure that is compared, before it is judged. */
type Found = Pick<ComparedFigure, 'name' | 'unit'> & Pick<Question, 'a' | 'b' | 'better'>

function betweenRuns(a: readonly ComparedRun[], b: readonly ComparedRun[]): Found[] {
  return comparedFigures.flatMap(({ name, unit, better, of }) => {
    const figuresOf = (side: readonly ComparedRun[]) =>
      side.map(({ report: { metrics } }) => (metrics === null ? null : of(metrics)))
    const found = { name, unit, better, a: figuresOf(a), b: figuresOf(b) }
    // Neither side measured it at all.
    return [...found.a, ...found.b].every(value => value === null) ? [] : [found]
  })
}

/** With one run a side noise is that of stretches of each run; figures that have no such stretches are left out. */
function withinRuns(a: ComparedRun, b: ComparedRun): Found[] {
  return stretchFigures.flatMap(({ name, unit, better, of }) => {
    const found = { name, unit, better, a: of(a.report), b: of(b.report) }
    return found.a.length === 0 || found.b.length === 0 ? [] : [found]
  })
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

/** What is missing of runs: a torn or unknown history, a plan that does not say what was played. */
function gaps(runs: readonly ComparedRun[]): Comparison['remarks'] {
  return runs.flatMap(({ report: { run, missing } }) =>
    missing.map(sentence => ({ verdict: 'unknown' as const, message: `${run}: ${sentence}` })),
  )
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
