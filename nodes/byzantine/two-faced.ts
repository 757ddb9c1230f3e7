import { type Behaviour, halvesOf, peersOf, type Surroundings } from './behaviour.ts'
import { Contests } from './contests.ts'
import { splitPush } from './split-push.ts'
import { positionsOf, type Voting, voting } from './voting.ts'

/**
 * Supports one side of a double-spend in talking to one half of the others, and the other side to the other half. It speaks late, when it
 * has seen what there is to choose from, and is for everything that is not contested. What it issues itself reaches the halves one after
 * the other.
 */
export function twoFaced(surroundings: Surroundings, { hold }: { hold: number }): Behaviour {
  return twoFacedVotes(surroundings, { hold, push: splitPush(surroundings, hold) })
}

/** The same in its votes; what it issues goes as `push` has it. */
export function twoFacedVotes(
  surroundings: Surroundings,
  { hold, push }: { hold: number } & Pick<Voting, 'push'>,
): Behaviour {
  const contests = new Contests()
  const [first] = halvesOf(surroundings)
  return voting(surroundings, {
    see: vertex => contests.see(vertex),
    opinion: (vertex, to) => {
      const face = first.includes(to) ? 0 : 1
      return positionsOf(vertex, transaction => {
        const sides = contests.sides(transaction)
        return sides.length > 1 && sides[face]!.transaction.id !== transaction.id
      })
    },
    waves: [{ inMs: hold, to: peersOf(surroundings) }],
    ...(push ? { push } : {}),
  })
}
