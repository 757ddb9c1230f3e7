import { stringify } from 'smol-toml'
import { formatDuration } from '../../model/duration.ts'
import { writeFault } from '../../model/fault.ts'
import type { Scenario } from '../../model/scenario.ts'
import { writeSystem } from '../../model/system.ts'

/** The scenario as the TOML that reads back to it, for runs whose scenario came from flags. */
export function writeScenario(scenario: Scenario): string {
  const { workload, settle, faults, system } = scenario
  return `${stringify({
    ...scenario,
    ...(system ? { system: writeSystem(system) } : {}),
    workload: {
      ...workload,
      duration: formatDuration(workload.duration),
      ...(workload.warmup === undefined ? {} : { warmup: formatDuration(workload.warmup) }),
    },
    faults: faults.map(writeFault),
    settle: {
      contested: formatDuration(settle.contested),
      ...(settle.deadline === undefined ? {} : { deadline: formatDuration(settle.deadline) }),
    },
  })}`
}
