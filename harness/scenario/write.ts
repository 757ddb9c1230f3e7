import { stringify } from 'smol-toml'
import { formatDuration } from '../../model/duration.ts'
import { type Fault, writeFault } from '../../model/fault.ts'
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

/** A fault as one types it on the command line; what a fault of its kind has by default is said all the same. */
export function faultText(fault: Fault): string {
  const { kind, cut, targets, matrix, ...rest } = writeFault(fault)
  return [kind, cut ?? targets ?? matrix, ...Object.entries(rest).flat()]
    .filter(word => word !== undefined)
    .join(' ')
}
