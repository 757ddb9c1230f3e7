import type { SnowParameters } from './parameters.ts'
import { Snowflake } from './snowflake.ts'

/**
 * Snowball (Avalanche paper, section 2.4): Snowflake decides, but the preference it shows to others is the colour
 * with the most successful polls so far, so that one unlucky poll does not turn it.
 * Invariant: the preference never has fewer successful polls than another colour, ties keep the older preference;
 * once finalised it is the finalised colour.
 */
export class Snowball<Colour> {
  readonly #parameters: SnowParameters
  readonly #snowflake: Snowflake<Colour>
  readonly #strength = new Map<Colour, number>()
  #preference: Colour

  constructor(parameters: SnowParameters, initial: Colour) {
    this.#parameters = parameters
    this.#snowflake = new Snowflake(parameters, initial)
    this.#preference = initial
  }

  get preference(): Colour {
    return this.finalized ? this.#snowflake.preference : this.#preference
  }

  get confidence(): number {
    return this.#snowflake.confidence
  }

  get finalized(): boolean {
    return this.#snowflake.finalized
  }

  /** Counts one finished poll in which `colour` got `chits` answers of k, the most of all colours. */
  recordPoll(colour: Colour, chits: number): void {
    if (this.finalized) return
    if (chits >= this.#parameters.alphaPreference) {
      const strength = (this.#strength.get(colour) ?? 0) + 1
      this.#strength.set(colour, strength)
      if (strength > (this.#strength.get(this.#preference) ?? 0)) this.#preference = colour
    }
    this.#snowflake.recordPoll(colour, chits)
  }
}
