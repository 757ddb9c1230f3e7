import type { Stage, StageEvent } from '../../model/event.ts'
import type { Report } from '../../model/report.ts'
import { warmupEnd } from '../checkers/load-window.ts'

interface Times {
  beganAt?: number
  endedAt?: number
}

/**
 * When each stage began and ended. Harness and driver both tell of some; the latest begin and the earliest end of the load are the
 * exact ones (harness/checkers/load-window.ts).
 */
export class StageTable {
  readonly #times = new Map<Stage, Times>()
  #warmup: { readonly beganAt: number; readonly endsAt: number } | undefined
  #loadBeganAt: number | undefined
  #loadEndedAt: number | undefined

  add({ stage, state, at, forMs }: StageEvent): void {
    const times = this.#times.get(stage) ?? {}
    this.#times.set(stage, times)
    if (state === 'begin') times.beganAt ??= at
    else times.endedAt = at
    if (stage === 'warmup' && state === 'begin' && forMs !== undefined) {
      this.#warmup = { beganAt: at, endsAt: warmupEnd(at, forMs) }
      // The load that the harness recorded around both began too early.
      this.#loadBeganAt = undefined
      this.#times.delete('load')
    }
    if (stage !== 'load') return
    if (state === 'begin') this.#loadBeganAt = Math.max(this.#loadBeganAt ?? at, at)
    else this.#loadEndedAt = Math.min(this.#loadEndedAt ?? at, at)
  }

  /** The begin of the measured load. */
  get beganAt(): number | undefined {
    return this.#loadBeganAt
  }

  /** The begin of the first load, which may be a warm-up. */
  get firstBeganAt(): number | undefined {
    return this.#warmup?.beganAt ?? this.#loadBeganAt
  }

  /** How long the warm-up was to last; 0 where there was none. */
  get warmupMs(): number {
    return this.#warmup === undefined ? 0 : this.#warmup.endsAt - this.#warmup.beganAt
  }

  get loadMs(): number | null {
    if (this.#loadBeganAt === undefined || this.#loadEndedAt === undefined) return null
    return Math.round(this.#loadEndedAt - this.#loadBeganAt)
  }

  isLoad(at: number): boolean {
    return this.#loadBeganAt !== undefined && at >= this.#loadBeganAt && at <= (this.#loadEndedAt ?? at)
  }

  /** In the order in which they began. */
  rows(): Report['stages'] {
    return [...this.#times].map(([stage, { beganAt, endedAt }]) => ({
      stage,
      seconds:
        beganAt === undefined || endedAt === undefined ? null : Math.round((endedAt - beganAt) / 100) / 10,
    }))
  }
}
