import { type Census, isSupported, type Tally } from './census.ts'
import type { Member } from './conflict-set.ts'
import type { CensusParameters } from './parameters.ts'
import type { Undecided } from './undecided.ts'

/** Whether alpha nodes stand behind a transaction, counted in one tally or another of the running censuses. */
export class Support {
  readonly #parameters: CensusParameters
  readonly #undecided: Undecided<Census>

  constructor(parameters: CensusParameters, undecided: Undecided<Census>) {
    this.#parameters = parameters
    this.#undecided = undecided
  }

  /** Whether a tally can have reached alpha for anything in the vertex: without rivals and other carriers its size says it all. */
  mayHold(census: Census, tally: Tally): boolean {
    return !isSimple(census, tally) || tally.voters.size >= this.#parameters.alpha
  }

  /** Whether alpha nodes are for a member that the vertex of the census carries. */
  holds(census: Census, { carriers }: Member, tallyOf: (census: Census) => Tally): boolean {
    const tally = tallyOf(census)
    // Without rivals and other carriers alpha votes on the vertex are alpha votes on each transaction in it.
    if (isSimple(census, tally)) return tally.voters.size >= this.#parameters.alpha
    const tallyAt = (id: string) => {
      const carrier = this.#undecided.get(id)
      return carrier && tallyOf(carrier)
    }
    return isSupported(carriers, tallyAt, this.#parameters)
  }
}

function isSimple(census: Census, tally: Tally): boolean {
  return !census.shared && tally.against.size === 0
}
