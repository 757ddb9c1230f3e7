import type { Behaviour, Surroundings } from './behaviour.ts'
import { allOf, voting } from './voting.ts'

/** Votes against everything. */
export function alwaysReject(surroundings: Surroundings): Behaviour {
  return voting(surroundings, { isUniform: true, opinion: allOf })
}
