import type { ShareObjective } from '../../model/plan.ts'
import { objectivesOf } from '../plan/objectives.ts'
import { type Checker, counted, type Finding, pass, unknown } from './checker.ts'
import { type Cohort, cohorts } from './cohorts.ts'
import { throughputOf } from './figures.ts'
import { levelOf, notJudged } from './objective.ts'
import type { Observations } from './observations.ts'
import { describeExcluded, type Undisturbed, undisturbed } from './undisturbed.ts'

/** Less undisturbed load between faults is no window to judge a network by: one hiccup would fill it. */
const undisturbedMsMin = 10_000

/**
 * Objective: the load is carried. By default it is judged by cohort: in the worst window, enough of what was due was accepted in time. A
 * scenario may ask for accepted transactions per second over the whole measured load: what was sent near its end and accepted after it does
 * not count, so a network that keeps up shows slightly less than the intended rate, by about rate x finality / duration.
 */
export const throughput: Checker = {
  name: 'throughput',
  check: (plan, observations): Finding => {
    const figures = throughputOf(observations)
    if (!figures) return unknown('the history does not say when the load began and ended')
    const { tps, intendedTps, seconds } = figures
    const measured = `${tps.toFixed(1)} TPS accepted of ${intendedTps.toFixed(1)} intended, over ${seconds.toFixed(0)} s`
    const { throughput: objective } = objectivesOf(plan)
    if ('unjudged' in objective) return pass(`${measured}; ${notJudged(objective)}`)
    if (objective.unit === 'share') return judgeShares(measured, objective, observations)
    const level = levelOf(tps, objective, 'higher')
    return {
      verdict: level === 'missed' ? 'fail' : 'pass',
      level,
      message: `${measured}; target ${objective.target}, critical ${objective.critical}`,
    }
  },
}

function judgeShares(measured: string, objective: ShareObjective, observations: Observations): Finding {
  const { withinMs } = objective
  const load = undisturbed(observations, withinMs)!
  const excluded = describeExcluded(load)
  if (load.excluded.length > 0 && load.lengthMs < undisturbedMsMin)
    return pass(
      `${measured}; not judged: less than ${undisturbedMsMin / 1000} s of the load were without faults${excluded}`,
    )
  const windows = cohorts(observations, load, withinMs).filter(({ due }) => due > 0)
  const worst = windows.toSorted((a, b) => shareOf(a) - shareOf(b))[0]
  if (worst === undefined)
    return pass(`${measured}; not judged: no unconflicted transaction was due${excluded}`)
  const level = levelOf(shareOf(worst), objective, 'higher')
  const which = windows.length === 1 ? '' : ` in the worst of ${windows.length} windows (${describe(worst)})`
  return {
    verdict: level === 'missed' ? 'fail' : 'pass',
    level,
    message: `${measured}; ${percent(shareOf(worst))} of ${counted(worst.due, 'transaction')} due were accepted within ${withinMs.toLocaleString('en')} ms${which}; target ${percent(objective.target)}, critical ${percent(objective.critical)}${excluded}`,
    ...(level === 'target' ? {} : { evidence: evidenceOf(windows, load) }),
  }
}

const shareOf = ({ inTime, due }: Cohort) => inTime / due

/** Rounded down: 94.96 % are not 95 %. */
function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`
}

function describe({ fromMs, toMs }: Cohort): string {
  return `${(fromMs / 1000).toFixed(0)} to ${(toMs / 1000).toFixed(0)} s`
}

/** The worst windows, and all that is left out. */
function evidenceOf(windows: readonly Cohort[], { excluded }: Undisturbed) {
  return { windows: windows.toSorted((a, b) => shareOf(a) - shareOf(b)).slice(0, 20), excluded }
}
