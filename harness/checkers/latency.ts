import type { FinalityObjective, PlannedObjectives } from '../../model/plan.ts'
import { finality } from '../history/finality.ts'
import { percents, ranks } from '../history/ranks.ts'
import { objectivesOf } from '../plan/objectives.ts'
import { type Checker, counted, type Finding, pass, unknown } from './checker.ts'
import { judgedPosition } from './cohorts.ts'
import { finalityRanks } from './figures.ts'
import { levelOf, notJudged } from './objective.ts'
import type { Observations } from './observations.ts'
import { describeExcluded, undisturbed } from './undisturbed.ts'

/** Objective: 95th percentile of finality, from the intended send to acceptance at the first node. */
export const latencyP95: Checker = latency({ name: 'finality-p95', percent: 95, objective: 'finalityP95Ms' })

/** Objective: 99th percentile of the same. */
export const latencyP99: Checker = latency({ name: 'finality-p99', percent: 99, objective: 'finalityP99Ms' })

interface Options {
  readonly name: string
  readonly percent: (typeof percents)[number]
  readonly objective: Exclude<keyof PlannedObjectives, 'throughput'>
}

function latency(options: Options): Checker {
  return {
    name: options.name,
    check: (plan, observations): Finding => {
      const objective = objectivesOf(plan)[options.objective]
      if ('unjudged' in objective) return report(observations, options, notJudged(objective))
      const { found, excluded } = figuresFor(objective, observations)
      const value = found.values[percents.indexOf(options.percent)]
      if (value === undefined && excluded !== '')
        return report(observations, options, `not judged: nothing was due without faults${excluded}`)
      if (value === undefined) return unknown('no unconflicted transaction was submitted')
      const level = levelOf(value, objective, 'lower')
      const { target, critical, source, sum } = objective
      const why = source === 'scenario' ? '' : ` (${sum})`
      return {
        verdict: level === 'missed' ? 'fail' : 'pass',
        level,
        tail: (100 - options.percent) / 100,
        message: `${describe(options, found)}; target ${told(target)}, critical ${told(critical)}${why}${excluded}`,
      }
    },
  }
}

/** The figure over the whole measured load. */
function report(observations: Observations, options: Options, why: string): Finding {
  const all = finalityRanks(observations, 'first')
  if (all.count === 0) return unknown('no unconflicted transaction was submitted')
  return pass(`${describe(options, all)}; ${why}`)
}

/** What a scenario asks for is meant for all of its load; what nobody asked for is expected outside of faults. */
function figuresFor({ source, critical }: FinalityObjective, observations: Observations) {
  const load = source === 'scenario' ? undefined : undisturbed(observations, critical)
  if (load === undefined) return { found: finalityRanks(observations, 'first'), excluded: '' }
  const isJudged = (index: number) => judgedPosition(observations, load, index, critical) !== undefined
  return {
    found: ranks(finality(observations, 'first', isJudged), percents),
    excluded: describeExcluded(load),
  }
}

function describe({ percent }: Options, { count, lost, values }: ReturnType<typeof ranks>): string {
  const value = values[percents.indexOf(percent)] ?? Number.NaN
  if (value === Number.POSITIVE_INFINITY)
    return `p${percent} infinite: ${counted(lost, 'transaction')} of ${count.toLocaleString('en')} lost`
  return `p${percent} ${Math.round(value)} ms over ${counted(count, 'transaction')}`
}

function told(ms: number): string {
  return `${ms.toLocaleString('en')} ms`
}
