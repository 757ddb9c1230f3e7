import { HarnessError } from '../../model/errors.ts'
import { type Fault, isOfLimits, needsNetem, needsShaper } from '../../model/fault.ts'
import { cgroups } from '../../model/shaper.ts'
import type { Engine } from '../engine/engine.ts'
import { canWriteCgroups, hasNetem, whyNoShaper } from './probe-container.ts'

/**
 * Makes sure that this machine can make these faults, before anything that they are to hit is there.
 * @throws HarnessError `preflight` (exit code 69) that names the fault and what it lacks
 */
export async function preflightFaults(
  faults: readonly Fault[],
  engine: Engine,
  image: string,
): Promise<void> {
  const shaped = faults.findIndex(needsShaper)
  if (shaped === -1) return
  const reason = await whyNoShaper(engine, image)
  if (reason !== undefined) {
    throw refusal(
      `faults[${shaped}].kind: ${faults[shaped]!.kind} needs a container that may enter the network namespaces of others, which this engine does not allow: ${reason}`,
      'use an engine that runs as root, outside a user namespace, or leave the fault out; kill, stop, restart and pause need no privileges',
    )
  }
  const limited = faults.findIndex(isOfLimits)
  if (limited !== -1 && !(await canWriteCgroups(engine, image))) {
    throw refusal(
      `faults[${limited}].kind: ${faults[limited]!.kind} writes to the cgroups of containers (${cgroups.source}), which this engine does not allow`,
      'use an engine that runs as root, outside a user namespace, or leave the fault out',
    )
  }
  const delayed = faults.findIndex(needsNetem)
  if (delayed === -1 || (await hasNetem(engine, image))) return
  throw refusal(
    `faults[${delayed}].kind: ${faults[delayed]!.kind} needs sch_netem, which the kernel of this engine does not have`,
    'load it ("sudo modprobe sch_netem", package linux-modules-extra on Ubuntu) or use another kernel; loss, rate, partition and isolate work without it',
  )
}

function refusal(message: string, next: string): HarnessError {
  return new HarnessError({ code: 'preflight', message: `scenario.${message}`, next, exitCode: 69 })
}
