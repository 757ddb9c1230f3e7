import type { Scenario } from '../../model/scenario.ts'
import { type Checker, counted, type Finding, pass, unknown } from './checker.ts'
import { finalityRanks, percents } from './figures.ts'
import { levelOf } from './objective.ts'

/** Objective: 95th percentile of finality, from the intended send to acceptance at the first node. */
export const latencyP95: Checker = latency({ name: 'finality-p95', percent: 95, objective: 'finalityP95Ms' })

/** Objective: 99th percentile of the same. */
export const latencyP99: Checker = latency({ name: 'finality-p99', percent: 99, objective: 'finalityP99Ms' })

function latency(options: {
  name: string
  percent: (typeof percents)[number]
  objective: Extract<keyof Scenario['expect'], 'finalityP95Ms' | 'finalityP99Ms'>
}): Checker {
  return {
    name: options.name,
    check: (plan, observations): Finding => {
      const { count, lost, values } = finalityRanks(observations, 'first')
      const value = values[percents.indexOf(options.percent)]
      if (value === undefined) return unknown('no unconflicted transaction was submitted')
      const measured =
        value === Number.POSITIVE_INFINITY
          ? `p${options.percent} infinite: ${counted(lost, 'transaction')} of ${count.toLocaleString('en')} lost`
          : `p${options.percent} ${Math.round(value)} ms over ${counted(count, 'transaction')}`
      const objective = plan.scenario.expect[options.objective]
      if (!objective) return pass(`${measured}; no objective was set`)
      const level = levelOf(value, objective, 'lower')
      return {
        verdict: level === 'missed' ? 'fail' : 'pass',
        level,
        tail: (100 - options.percent) / 100,
        message: `${measured}; target ${objective.target} ms, critical ${objective.critical} ms`,
      }
    },
  }
}
