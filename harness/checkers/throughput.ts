import { type Checker, type Finding, pass, unknown } from './checker.ts'
import { throughputOf } from './figures.ts'
import { levelOf } from './objective.ts'

/**
 * Objective: accepted transactions per second over the load window. A transaction counts when its first acceptance, at
 * any node, was seen between the beginning and the end of the load; the window is its whole length. What was sent near
 * the end and accepted after it does not count, so a network that keeps up shows slightly less than the intended rate,
 * by about rate x finality / duration.
 */
export const throughput: Checker = {
  name: 'throughput',
  check: (plan, observations): Finding => {
    const figures = throughputOf(observations)
    if (!figures) return unknown('the history does not tell when the load began and ended')
    const { tps, intendedTps, seconds } = figures
    const measured = `${tps.toFixed(1)} TPS accepted of ${intendedTps.toFixed(1)} intended, over ${seconds.toFixed(0)} s`
    const objective = plan.scenario.expect.throughput
    if (!objective) return pass(`${measured}; no objective was set`)
    const level = levelOf(tps, objective, 'higher')
    return {
      verdict: level === 'missed' ? 'fail' : 'pass',
      level,
      message: `${measured}; target ${objective.target}, critical ${objective.critical}`,
    }
  },
}
