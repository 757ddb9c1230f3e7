import type { Occurrence } from '../model/fault.ts'

/** What was measured of a fault, and whether it is what was meant. */
export interface Attestation {
  readonly holds: boolean
  readonly evidence: string
}

/** A fault stopped holding, or holds again. */
export interface HoldChange extends Attestation {
  /** When, on the nemesis' clock; left out: now. */
  readonly at?: number
}

/** How a fault is watched while it is in force. */
export interface HoldWatch {
  /** Aborts when the fault is about to heal. */
  readonly signal: AbortSignal
  note(change: HoldChange): void
}

/** How faults are made and measured. Each throws when it cannot do its part. */
export interface FaultActions {
  /** Measures what the fault is to change, before it does; what was so before is not the fault's. Twice without harm. */
  prepare?(occurrence: Occurrence): Promise<void>
  /**
   * Resolves when a change disturbs no measurement any more, or has waited for one for long enough; at once where there is none. It has not
   * begun before, so that a fault counts as healed from when it is.
   * @param signal an interruption waits for nothing
   */
  turn?(occurrence: Occurrence, step: 'inject' | 'heal', signal: AbortSignal): Promise<void>
  /** Resolves once the fault has taken effect. */
  inject(occurrence: Occurrence): Promise<void>
  /** Watches that the fault stays in force until the signal aborts, looks once more, and resolves. */
  hold?(occurrence: Occurrence, watch: HoldWatch): Promise<void>
  heal(occurrence: Occurrence): Promise<void>
  /** Brings nodes whose processes may be new ones to what is still in force; left out where a fault outlives a process. */
  restarted?(nodes: readonly number[]): Promise<void>
  /**
   * Measures from outside of the targets.
   * @param until on the nemesis' clock: what other faults disturbed is not measured once more long after that
   */
  attest(occurrence: Occurrence, meant: 'injected' | 'healed', until?: number): Promise<Attestation>
  /** What others saw of it while it lasted, asked just before it heals; undefined where all of it can be measured at once. */
  look?(occurrence: Occurrence): Promise<Attestation | undefined>
}
