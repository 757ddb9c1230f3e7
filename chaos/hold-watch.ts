import type { FaultEvent } from '../model/event.ts'
import type { Occurrence } from '../model/fault.ts'
import type { Time } from '../model/ports/time.ts'
import type { FaultActions, HoldChange } from './fault-actions.ts'

/** Interruptions recorded of one occurrence: whatever undoes a fault each second is known well enough after so many. */
const most = 100

/** What a nemesis watches with. */
interface Nemesis {
  readonly actions: FaultActions
  readonly record: (event: FaultEvent) => void
  readonly time: Time
  readonly signal: AbortSignal
}

/**
 * Watches one fault from its effect, and records when it stops holding and when it holds again.
 * @returns its end, which waits for a last look; an interruption waits for nothing
 */
export function watchHold(
  occurrence: Occurrence,
  { actions, record, time, signal }: Nemesis,
): { end(): Promise<void> } {
  const ended = new AbortController()
  let count = 0
  let isOver = false
  const note = ({ holds, evidence, at = time.now() }: HoldChange) => {
    count += 1
    if (isOver || count > most) return
    const more = count === most ? '; further ones are not recorded' : ''
    const event = { type: 'fault', at, id: occurrence.id, evidence: `${evidence}${more}` } as const
    record(
      holds
        ? { ...event, step: 'resumed' }
        : ({ ...event, step: 'interrupted', attested: false } satisfies FaultEvent),
    )
  }
  const held = (actions.hold?.(occurrence, { signal: ended.signal, note }) ?? Promise.resolve()).catch(
    (error: Error) => note({ holds: false, evidence: `it could not be watched: ${error.message}` }),
  )
  return {
    end: async () => {
      ended.abort()
      await unlessAborted(held, signal)
      isOver = true
    },
  }
}

/** Waits for some work, and no longer once a signal has aborted. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const done = new AbortController()
  const stopped = new Promise<void>(resolve =>
    signal.addEventListener('abort', () => resolve(), { once: true, signal: done.signal }),
  )
  await Promise.race([work, stopped])
  done.abort()
}
