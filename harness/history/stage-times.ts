import { tenths } from '../../model/clock.ts'
import type { StageEvent } from '../../model/event.ts'
import type { Facts } from './facts.ts'

/**
 * When the load began and ended. Both the harness and the driver may record it, the harness from outside: it begins before and ends
 * after. The latest beginning and the earliest end are the exact ones. A load that never came out of its warm-up did not begin.
 */
export class StageTimes {
  #beganAt: number | undefined
  #endedAt: number | undefined
  #warmup: Facts['warmup']
  #createdAt: number | undefined
  #readyAt: number | undefined
  #isTornDown = false

  add({ stage, state, at, forMs }: StageEvent): void {
    if (stage === 'create' && state === 'begin') this.#createdAt ??= at
    if (stage === 'ready' && state === 'end') this.#readyAt ??= at
    if (stage === 'teardown') this.#isTornDown = true
    if (stage === 'warmup' && state === 'begin' && forMs !== undefined) {
      // To the tenth of a millisecond, as histories have times.
      this.#warmup = { beganAt: at, endsAt: tenths(at + forMs) }
      this.#beganAt = undefined
    }
    if (stage !== 'load') return
    if (state === 'begin') this.#beganAt = Math.max(this.#beganAt ?? at, at)
    else this.#endedAt = Math.min(this.#endedAt ?? at, at)
  }

  /** The begin of the measured load. */
  get beganAt(): number | undefined {
    return this.#beganAt
  }

  /** The begin of the first load, which may be a warm-up. */
  get firstBeganAt(): number | undefined {
    return this.#warmup?.beganAt ?? this.#beganAt
  }

  get load(): Facts['load'] {
    const [beganAt, endedAt] = [this.#beganAt, this.#endedAt]
    return beganAt === undefined || endedAt === undefined ? undefined : { beganAt, endedAt }
  }

  get warmup(): Facts['warmup'] {
    return this.#warmup
  }

  /** From the beginning of create to the end of ready, milliseconds. */
  get readyMs(): number | undefined {
    const [createdAt, readyAt] = [this.#createdAt, this.#readyAt]
    return createdAt === undefined || readyAt === undefined ? undefined : readyAt - createdAt
  }

  /** The teardown ends every container; that says nothing about the nodes. */
  get isTornDown(): boolean {
    return this.#isTornDown
  }

  /** Whether the measured load had begun at this moment, as far as is known. */
  hasBegun(at: number): boolean {
    // The line of its begin may come long after that moment, where the driver is starved.
    return at >= (this.#beganAt ?? this.#warmup?.endsAt ?? Number.POSITIVE_INFINITY)
  }

  /** Whether the measured load is under way at this moment, as far as is known. */
  isLoad(at: number): boolean {
    return this.#beganAt !== undefined && at >= this.#beganAt && at <= (this.#endedAt ?? at)
  }
}
