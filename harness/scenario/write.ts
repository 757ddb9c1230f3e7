import { stringify } from 'smol-toml'
import type { Fault } from '../../model/fault.ts'
import type { Scenario } from '../../model/scenario.ts'

/** The scenario as the TOML that reads back to it, for runs whose scenario came from flags. */
export function writeScenario(scenario: Scenario): string {
  const { workload, settle, faults } = scenario
  return `${stringify({
    ...scenario,
    workload: { ...workload, duration: formatDuration(workload.duration) },
    faults: faults.map(writeFault),
    settle: settle.deadline === undefined ? {} : { deadline: formatDuration(settle.deadline) },
  })}`
}

/** A fault with its durations as text; keys that were not given stay away. */
function writeFault(fault: Fault): Record<string, unknown> {
  const times = (['at', 'every', 'mean', 'for'] as const).flatMap(key => {
    const ms = fault[key]
    return ms === undefined ? [] : [[key, formatDuration(ms)]]
  })
  return { ...fault, ...Object.fromEntries(times) }
}

/** A fault as one types it on the command line. */
export function faultText(fault: Fault): string {
  const written = writeFault(fault)
  const whom = 'cut' in written ? written.cut : written.targets
  const times = Object.entries(written).filter(([key]) => !['kind', 'cut', 'targets'].includes(key))
  return [written.kind, whom, ...times.flat()].join(' ')
}

/** Milliseconds as the shortest text that parseDuration reads back: 60000 is `60s`, 1500 is `1500ms`. */
export function formatDuration(ms: number): string {
  if (ms >= 1000 && ms % 1000 === 0) return `${ms / 1000}s`
  return `${ms}ms`
}
