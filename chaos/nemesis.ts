import type { FaultEvent } from '../model/event.ts'
import type { Occurrence } from '../model/fault.ts'

/** What was measured of a fault, and whether it is what was meant. */
export interface Attestation {
  readonly holds: boolean
  readonly evidence: string
}

/** How faults are made and measured. Each throws when it cannot do its part. */
export interface FaultActions {
  /**
   * Resolves when a change disturbs no measurement any more, or has waited for one for long enough; at once where there is none. It has not
   * begun before, so that a fault counts as healed from when it is.
   * @param signal an interruption waits for nothing
   */
  turn?(occurrence: Occurrence, step: 'inject' | 'heal', signal: AbortSignal): Promise<void>
  inject(occurrence: Occurrence): Promise<void>
  heal(occurrence: Occurrence): Promise<void>
  /** Brings nodes whose processes may be new ones to what is still in force; left out where a fault outlives a process. */
  restarted?(nodes: readonly number[]): Promise<void>
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
  /** The moment that their times count from, milliseconds since the epoch; left out, the schedule begins now. */
  readonly beginsAt?: number
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
 * Plays a schedule. Resolves when every fault that was begun is healed, whatever went wrong: a failure is
 * recorded as not attested and makes the run unknown, but never leaves another fault in place.
 */
export async function playFaults(options: NemesisOptions): Promise<void> {
  const beginsAt = options.beginsAt ?? options.now()
  await Promise.all(
    options.occurrences.map(async occurrence => {
      await options.pause(beginsAt + occurrence.atMs - options.now(), options.signal)
      if (options.signal.aborted) return
      await playFault(occurrence, options)
    }),
  )
}

/** A change that had to wait for so long is told of. */
const toldMs = 100

async function playFault(occurrence: Occurrence, options: NemesisOptions): Promise<void> {
  const { actions, now, pause, signal } = options
  const { id } = occurrence
  if (!(await begin('inject'))) return
  const dueAt = now() + occurrence.forMs
  const injected = await end('injected', actions.inject(occurrence), dueAt)
  if (injected) {
    await pause(dueAt - now(), signal)
    await look()
  }
  await begin('heal')
  await end('healed', actions.heal(occurrence))

  async function look() {
    const failed = (error: Error): Attestation => ({ holds: false, evidence: error.message })
    const seen = await actions.look?.(occurrence).catch(failed)
    if (!seen) return
    const { holds, evidence } = seen
    options.record({ type: 'fault', at: now(), id, step: 'seen', attested: holds, evidence })
  }

  /** @returns whether it does begin */
  async function begin(step: 'inject' | 'heal'): Promise<boolean> {
    const readyAt = now()
    await actions.turn?.(occurrence, step, signal)
    if (step === 'inject' && signal.aborted) return false
    const lateMs = now() - readyAt
    const evidence = `${(lateMs / 1000).toFixed(1)} s later: what it changes was being measured`
    options.record({ type: 'fault', at: now(), id, step, ...(lateMs < toldMs ? {} : { evidence }) })
    return true
  }

  async function end(step: 'injected' | 'healed', act: Promise<void>, until?: number): Promise<boolean> {
    const { holds, evidence } = await act
      .then(() => actions.attest(occurrence, step, until))
      .catch((error: Error): Attestation => ({ holds: false, evidence: error.message }))
    options.record({ type: 'fault', at: now(), id, step, attested: holds, evidence })
    return holds
  }
}
