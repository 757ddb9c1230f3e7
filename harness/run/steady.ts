import type { FaultEvent } from '../../model/event.ts'
import { endsProcess, type Occurrence } from '../../model/fault.ts'

/** What cannot live with what its sudden end has left behind, such as a stale pid file, ends in the first seconds of its next life. */
const steadyMs = 5000

/** Until when containers are to be watched that healing has started, on the clock of the steps; undefined where it has started none. */
export function steadyAt(
  occurrences: readonly Occurrence[],
  steps: readonly FaultEvent[],
): number | undefined {
  const starting = new Set(
    occurrences.filter(({ fault }) => endsProcess(fault) || fault.kind === 'memory').map(({ id }) => id),
  )
  const ends = steps.filter(({ id, step }) => step === 'ended' && starting.has(id)).map(({ at }) => at)
  return ends.length === 0 ? undefined : Math.max(...ends) + steadyMs
}
