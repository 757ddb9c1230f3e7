import { faultActions } from '../../chaos/faults/actions.ts'
import type { FaultPorts } from '../../chaos/faults/ports.ts'
import { playFaults, prepareFaults } from '../../chaos/nemesis.ts'
import type { FaultEvent } from '../../model/event.ts'
import type { Occurrence } from '../../model/fault.ts'
import { patienceFor } from './patience.ts'
import { describeFault, type Reporter } from './reporter.ts'

/** A schedule of faults that is ready to be played. */
export interface ReadyFaults {
  /**
   * Plays it. Resolves when every fault that began has healed, or could not be although it was tried for long enough.
   * @param beginsAt what its times count from, on the clock of the ports; left out: now
   */
  play(beginsAt?: number): Promise<void>
}

/**
 * Readies faults, on a network of ours and on a project of somebody else alike: what the first ones are to change is measured before they do.
 * @param options.signal ends them: what is in force is healed at once
 */
export async function readyFaults(options: {
  readonly ports: Omit<FaultPorts, 'patience'>
  readonly occurrences: readonly Occurrence[]
  readonly record: (event: FaultEvent) => void
  readonly reporter: Reporter
  readonly signal: AbortSignal
}): Promise<ReadyFaults> {
  const { ports, occurrences, reporter, signal } = options
  const patience = patienceFor(occurrences, signal)
  const nemesis = {
    occurrences,
    actions: faultActions({ ...ports, patience: patience.signal }),
    record: (event: FaultEvent) => {
      options.record(event)
      const line = describeFault(event)
      if (line !== undefined) reporter.line(line)
    },
    time: ports.time,
    signal,
  }
  await prepareFaults(nemesis)
  return {
    play: async (beginsAt = ports.time.now()) => {
      using ending = patience
      ending.begin(beginsAt - ports.time.now())
      await playFaults({ ...nemesis, beginsAt })
    },
  }
}
