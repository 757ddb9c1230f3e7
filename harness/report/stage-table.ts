import type { Stage, StageEvent } from '../../model/event.ts'
import type { Report } from '../../model/report.ts'

interface Times {
  beganAt?: number
  endedAt?: number
}

/** When each stage began and ended. */
export class StageTable {
  readonly #times = new Map<Stage, Times>()

  add({ stage, state, at, forMs }: StageEvent): void {
    const times = this.#times.get(stage) ?? {}
    this.#times.set(stage, times)
    if (state === 'begin') times.beganAt ??= at
    else times.endedAt = at
    // The load that the harness recorded around both began too early.
    if (stage === 'warmup' && state === 'begin' && forMs !== undefined) this.#times.delete('load')
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
