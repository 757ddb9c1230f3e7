import { stringify } from 'smol-toml'
import type { Scenario } from '../../model/scenario.ts'

/** The scenario as the TOML that reads back to it, for runs whose scenario came from flags. */
export function writeScenario(scenario: Scenario): string {
  const { workload, settle } = scenario
  return `${stringify({
    ...scenario,
    workload: { ...workload, duration: formatDuration(workload.duration) },
    settle: settle.deadline === undefined ? {} : { deadline: formatDuration(settle.deadline) },
  })}`
}

/** Milliseconds as the shortest text that parseDuration reads back: 60000 is `60s`, 1500 is `1500ms`. */
export function formatDuration(ms: number): string {
  if (ms >= 1000 && ms % 1000 === 0) return `${ms / 1000}s`
  return `${ms}ms`
}
