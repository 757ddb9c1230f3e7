import type { Behaviour, Surroundings } from './behaviour.ts'
import { allOf, refusing, voting } from './voting.ts'

/** Tosses a coin for each vertex, and says the same to everybody. @param probability of a vote against it */
export function randomVote(surroundings: Surroundings, { probability }: { probability: number }): Behaviour {
  const { self, draw } = surroundings
  const votes = voting(surroundings, {
    isUniform: true,
    opinion: vertex => (draw(`vote/${self}/${vertex.id}`) < probability ? allOf(vertex) : []),
  })
  return { ...votes, ...refusing }
}
