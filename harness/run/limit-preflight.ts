import { narrowed } from '../../chaos/kernel-limits.ts'
import { instancesOfPlace } from '../../model/backend.ts'
import { RunClock } from '../../model/clock.ts'
import { HarnessError } from '../../model/errors.ts'
import { isOfLimits, type Occurrence } from '../../model/fault.ts'
import type { Project } from '../../model/ports/backend.ts'
import { machineClocks } from '../machine-clocks.ts'

/**
 * Makes sure that the limits of containers can be narrowed down as faults say, and written back to the letter.
 * @throws HarnessError `not-limitable` naming the container and what is in the way
 */
export async function requireLimitable(
  project: Project,
  shaper: string,
  occurrences: readonly Occurrence[],
): Promise<void> {
  const members = occurrences.flatMap(({ fault, targets }) =>
    isOfLimits(fault)
      ? targets.flatMap(target => instancesOfPlace(project.places[target]!).map(each => ({ ...each, fault })))
      : [],
  )
  if (members.length === 0) return
  const run = `limits-${project.project}-${process.pid}`
  await using held = await project.hold({ run, directory: '', shaper, clock: new RunClock(machineClocks) })
  const containers = members.map(({ container }) => container)
  const reply = await held.shape({ kind: 'read-limits', containers })
  if (reply.kind !== 'limits') throw refusal(`limits cannot be read: ${JSON.stringify(reply)}`)
  members.forEach(({ name, fault }, index) => {
    const read = reply.read[index]!
    if (!('limits' in read)) {
      if (read.isDown) return
      throw refusal(`the limits of ${name} cannot be changed: ${read.problem}`)
    }
    try {
      narrowed(
        read.limits,
        fault.kind === 'cpu' ? { cpuShare: fault.share } : { memoryBytes: limitOf(fault) },
      )
    } catch (error) {
      throw refusal(`a ${fault.kind} fault would change nothing at ${name}: ${(error as Error).message}`)
    }
  })
}

function limitOf(fault: Occurrence['fault']): number {
  return fault.kind === 'memory' ? fault.limit : Number.POSITIVE_INFINITY
}

function refusal(message: string): HarnessError {
  return new HarnessError({
    code: 'not-limitable',
    message,
    next: 'ask for less than the container has, choose other targets, or leave the fault out',
  })
}
