import type { Behaviour, Surroundings } from './behaviour.ts'
import { voting } from './voting.ts'

/** Votes for everything, both sides of a double-spend included. */
export function alwaysAccept(surroundings: Surroundings): Behaviour {
  return voting(surroundings, { isUniform: true, opinion: () => [] })
}
