import type { Behaviour, Surroundings } from './behaviour.ts'
import { allOf, refusing, voting } from './voting.ts'

/** Votes against everything, and issues nothing. */
export function alwaysReject(surroundings: Surroundings): Behaviour {
  return { ...voting(surroundings, { isUniform: true, opinion: allOf }), ...refusing }
}
