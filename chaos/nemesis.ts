import type { FaultEvent } from '../model/event.ts'
import type { Occurrence } from '../model/fault.ts'

/** What was measured of a fault, and whether it is what was meant. */
export interface Attestation {
  readonly holds: boolean
  readonly evidence: string
}

/** How faults are made and measured. Each throws when it cannot do its part. */
export interface FaultActions {
  inject(occurrence: Occurrence): Promise<void>
  heal(occurrence: Occurrence): Promise<void>
  /**
   * Measures from outside of the targets.
   * @param until milliseconds since the epoch: what other faults disturbed is not measured once more long after that
   */
  attest(occurrence: Occurrence, meant: 'injected' | 'healed', until?: number): Promise<Attestation>
  /** What others saw of it while it lasted, asked just before it heals; undefined where all of it can be measured at once. */
  look?(occurrence: Occurrence): Promise<Attestation | undefined>
}

export interface NemesisOptions {
  readonly occurrences: readonly Occurrence[]
  readonly actions: FaultActions
  readonly record: (event: FaultEvent) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Resolves after so long, or earlier when the signal aborts; never rejects. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Ends the schedule: what is under way is healed at once, what has not begun does not happen. */
  readonly signal: AbortSignal
}

/**
 * Plays a schedule that begins now. Resolves when every fault that was begun is healed, whatever went wrong: a failure is
 * recorded as not attested and makes the run unknown, but never leaves another fault in place.
 */
export async function playFaults(options: NemesisOptions): Promise<void> {
  const beganAt = options.now()
  await Promise.all(
    options.occurrences.map(async occurrence => {
      await options.pause(beganAt + occurrence.atMs - options.now(), options.signal)
      if (options.signal.aborted) return
      await playFault(occurrence, options)
    }),
  )
}

async function playFault(occurrence: Occurrence, options: NemesisOptions): Promise<void> {
  const { actions, now, pause, signal } = options
  const dueAt = now() + occurrence.forMs
  const injected = await step('inject', 'injected', () => actions.inject(occurrence))
  if (injected) {
    await pause(dueAt - now(), signal)
    await look()
  }
  await step('heal', 'healed', () => actions.heal(occurrence))

  async function look() {
    const failed = (error: Error): Attestation => ({ holds: false, evidence: error.message })
    const seen = await actions.look?.(occurrence).catch(failed)
    if (!seen) return
    const { holds, evidence } = seen
    options.record({ type: 'fault', at: now(), id: occurrence.id, step: 'seen', attested: holds, evidence })
  }

  async function step(begun: 'inject' | 'heal', done: 'injected' | 'healed', act: () => Promise<void>) {
    const { id } = occurrence
    options.record({ type: 'fault', at: now(), id, step: begun })
    const { holds, evidence } = await act()
      .then(() => actions.attest(occurrence, done, begun === 'inject' ? dueAt : undefined))
      .catch((error: Error): Attestation => ({ holds: false, evidence: error.message }))
    options.record({ type: 'fault', at: now(), id, step: done, attested: holds, evidence })
    return holds
  }
}
