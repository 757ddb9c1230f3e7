import { type Behaviour, halvesOf, peersOf, type Surroundings } from './behaviour.ts'
import { Contests } from './contests.ts'
import { positionsOf, voting } from './voting.ts'

/** How long it waits for the other side of a double-spend, milliseconds. */
const waitMs = 200

/** Feeds one node one side of a double-spend until it accepts it, and then tells all others the other side. */
export function feedThenFlip(surroundings: Surroundings, { flip }: { flip: number }): Behaviour {
  const contests = new Contests()
  const victim = halvesOf(surroundings)[0][0]
  const others = peersOf(surroundings).filter(peer => peer !== victim)
  return voting(surroundings, {
    see: vertex => contests.see(vertex),
    opinion: (vertex, to) =>
      positionsOf(vertex, transaction => {
        const sides = contests.sides(transaction)
        return sides.length > 1 && sides[to === victim ? 0 : 1]!.transaction.id !== transaction.id
      }),
    waves: [
      { inMs: waitMs, to: victim === undefined ? [] : [victim] },
      { inMs: waitMs + flip, to: others },
    ],
  })
}
