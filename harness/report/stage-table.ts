import type { Stage, StageEvent } from '../../model/event.ts'
import type { Report } from '../../model/report.ts'

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
  #loadBeganAt: number | undefined
  #loadEndedAt: number | undefined

  add({ stage, state, at }: StageEvent): void {
    const times = this.#times.get(stage) ?? {}
    this.#times.set(stage, times)
    if (state === 'begin') times.beganAt ??= at
    else times.endedAt = at
    if (stage !== 'load') return
    if (state === 'begin') this.#loadBeganAt = Math.max(this.#loadBeganAt ?? at, at)
    else this.#loadEndedAt = Math.min(this.#loadEndedAt ?? at, at)
  }

  /** The begin of the load, milliseconds since the epoch. */
  get beganAt(): number | undefined {
    return this.#loadBeganAt
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
