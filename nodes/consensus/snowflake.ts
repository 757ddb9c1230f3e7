import type { SnowParameters } from './parameters.ts'

/**
 * Snowflake (Avalanche paper, section 2.3): a preference and a count of consecutive successful polls for it.
 * Invariant: confidence is reset whenever the preference changes or a poll is not conclusive; once finalised,
 * nothing changes any more.
 */
export class Snowflake<Colour> {
  readonly #parameters: SnowParameters
  #preference: Colour
  #confidence = 0

  constructor(parameters: SnowParameters, initial: Colour) {
    this.#parameters = parameters
    this.#preference = initial
  }

  get preference(): Colour {
    return this.#preference
  }

  get confidence(): number {
    return this.#confidence
  }

  get finalized(): boolean {
    return this.#confidence >= this.#parameters.beta
  }

  /** Counts one finished poll in which `colour` got `chits` answers of k, the most of all colours. */
  recordPoll(colour: Colour, chits: number): void {
    if (this.finalized) return
    if (chits < this.#parameters.alphaPreference) {
      this.recordUnsuccessfulPoll()
      return
    }
    if (colour !== this.#preference) {
      this.#preference = colour
      this.#confidence = 0
    }
    this.#confidence = chits >= this.#parameters.alphaConfidence ? this.#confidence + 1 : 0
  }

  /** A poll in which no colour reached alphaPreference. */
  recordUnsuccessfulPoll(): void {
    if (!this.finalized) this.#confidence = 0
  }
}
