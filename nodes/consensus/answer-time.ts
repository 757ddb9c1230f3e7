/** Gains of the estimator of RFC 6298 (TCP's retransmission timer), section 2. */
const meanGain = 1 / 8
const deviationGain = 1 / 4
const deviations = 4

/**
 * How long to wait for answers before asking again, learned from how long they took: on a machine short of CPU asking
 * earlier only adds to the shortage, and a network that is asked by everybody about everything answers nothing.
 */
export class AnswerTime {
  readonly #leastMs: number
  readonly #mostMs: number
  #meanMs: number | undefined
  #deviationMs = 0

  constructor(bounds: { readonly leastMs: number; readonly mostMs: number }) {
    this.#leastMs = bounds.leastMs
    this.#mostMs = bounds.mostMs
  }

  /** An answer took so long, milliseconds. */
  observe(ms: number): void {
    if (this.#meanMs === undefined) {
      this.#meanMs = ms
      this.#deviationMs = ms / 2
      return
    }
    this.#deviationMs += deviationGain * (Math.abs(ms - this.#meanMs) - this.#deviationMs)
    this.#meanMs += meanGain * (ms - this.#meanMs)
  }

  /** Milliseconds after which an answer is overdue. */
  get timeoutMs(): number {
    const learned = (this.#meanMs ?? 0) + deviations * this.#deviationMs
    return Math.min(this.#mostMs, Math.max(this.#leastMs, learned))
  }
}
