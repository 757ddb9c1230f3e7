import type { FaultEvent } from '../model/event.ts'
import type { Occurrence } from '../model/fault.ts'
import { pause, type Time } from '../model/ports/time.ts'
import type { Attestation, FaultActions } from './fault-actions.ts'
import { watchHold } from './hold-watch.ts'

export interface NemesisOptions {
  readonly occurrences: readonly Occurrence[]
  /** The moment of `time` that their times count from; left out, the schedule begins now. */
  readonly beginsAt?: number
  readonly actions: FaultActions
  readonly record: (event: FaultEvent) => void
  readonly time: Time
  /** Ends the schedule: what is under way is healed at once, what has not begun does not happen. */
  readonly signal: AbortSignal
}

/** Preparing a fault takes some seconds: it begins so long before the fault. */
const leadMs = 4000

/** Prepares the faults that begin too early in a schedule to be prepared while it plays. A failure shows when the fault is measured. */
export async function prepareFaults({ occurrences, actions, signal }: NemesisOptions): Promise<void> {
  for (const occurrence of occurrences) {
    if (signal.aborted) return
    if (occurrence.atMs < leadMs) await actions.prepare?.(occurrence).catch(() => {})
  }
}

/**
 * Plays a schedule. Resolves when every fault that was begun is healed, whatever went wrong: a failure is
 * recorded as not attested and makes the run unknown, but never leaves another fault in place.
 */
export async function playFaults(options: NemesisOptions): Promise<void> {
  const { time, signal, actions } = options
  const beginsAt = options.beginsAt ?? time.now()
  const played = new Map<string, Promise<number>>()
  for (const occurrence of options.occurrences) {
    const before = occurrence.after && played.get(occurrence.after.id)
    const play = async () => {
      if (occurrence.atMs >= leadMs) {
        await pause(time, beginsAt + occurrence.atMs - leadMs - time.now(), signal)
        if (!signal.aborted) await actions.prepare?.(occurrence).catch(() => {})
      }
      await pause(time, beginsAt + occurrence.atMs - time.now(), signal)
      if (before) await pause(time, (await before) + occurrence.after!.gapMs - time.now(), signal)
      return signal.aborted ? time.now() : playFault(occurrence, options)
    }
    played.set(occurrence.id, play())
  }
  await Promise.all(played.values())
}

/** A change that had to wait for so long is told of. */
const toldMs = 100

/** @returns when its targets were back */
async function playFault(occurrence: Occurrence, options: NemesisOptions): Promise<number> {
  const { actions, time, signal } = options
  const { id } = occurrence
  const readyAt = time.now()
  await actions.turn?.(occurrence, 'inject', signal)
  if (signal.aborted) return time.now()
  request('inject', readyAt)
  const problem = await failureOf(actions.inject(occurrence))
  const dueAt = time.now() + occurrence.forMs
  const watch = problem ? undefined : watchHold(occurrence, options)
  if (!problem) note('effect')
  const injected = await measure('injected', problem, dueAt)
  if (injected) {
    await pause(time, dueAt - time.now(), signal)
    await look()
  }
  const dueToHealAt = time.now()
  await actions.turn?.(occurrence, 'heal', signal)
  await watch?.end()
  request('heal', dueToHealAt)
  const unhealed = await failureOf(actions.heal(occurrence))
  const endedAt = time.now()
  if (!unhealed) note('ended')
  await measure('healed', unhealed)
  return endedAt

  async function look() {
    const failed = (error: Error): Attestation => ({ holds: false, evidence: error.message })
    const seen = await actions.look?.(occurrence).catch(failed)
    if (seen) note('seen', seen)
  }

  function request(step: 'inject' | 'heal', dueSince: number): void {
    const lateMs = time.now() - dueSince
    const evidence = `${(lateMs / 1000).toFixed(1)} s later: what it changes was being measured`
    options.record({ type: 'fault', at: time.now(), id, step, ...(lateMs < toldMs ? {} : { evidence }) })
  }

  async function measure(
    step: 'injected' | 'healed',
    failure: Error | undefined,
    until?: number,
  ): Promise<boolean> {
    const measured = failure ? Promise.reject(failure) : actions.attest(occurrence, step, until)
    const attestation = await measured.catch(
      (error: Error): Attestation => ({ holds: false, evidence: error.message }),
    )
    note(step, attestation)
    return attestation.holds
  }

  function note(step: FaultEvent['step'], attestation?: Attestation): void {
    const measured = attestation && { attested: attestation.holds, evidence: attestation.evidence }
    options.record({ type: 'fault', at: time.now(), id, step, ...measured })
  }
}

async function failureOf(work: Promise<void>): Promise<Error | undefined> {
  return work.then(
    () => undefined,
    (error: Error) => error,
  )
}
