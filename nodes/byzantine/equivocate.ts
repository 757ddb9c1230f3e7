import type { Transaction, Vertex } from '../consensus/types.ts'
import type { Act } from './act.ts'
import { type Behaviour, halvesOf, type Surroundings } from './behaviour.ts'
import { Contests } from './contests.ts'
import { every } from './every.ts'
import { twoFacedVotes } from './two-faced.ts'

/** Own numbers, so that they never meet those of what the core of this node issues. */
const firstSequence = 2 ** 30
/** How long its votes wait for the other side of a double-spend, milliseconds. */
const holdMs = 200

/**
 * Issues two vertices with one number to two halves of the others: both sides of a double-spend where it knows one, else the transactions
 * of somebody else's vertex in one and a part of them in the other. Its votes are two-faced.
 */
export function equivocate(surroundings: Surroundings, { every: ms }: { every: number }): Behaviour {
  const contests = new Contests()
  const halves = halvesOf(surroundings)
  // Its forks are the split; what its core issues reaches everybody at once.
  const votes = twoFacedVotes(surroundings, { hold: holdMs })

  const fork = (vertex: Vertex, transactions: readonly Transaction[], side: 0 | 1, turn: number): Act => ({
    kind: 'fork',
    to: halves[side],
    body: {
      issuer: surroundings.self,
      sequence: firstSequence + turn,
      parents: vertex.parents,
      transactions,
      // The two differ at least in this.
      timestampMs: vertex.timestampMs + side,
    },
  })

  const forks = every(ms, ({ vertex }, turn) => {
    if (vertex.issuer === surroundings.self) return []
    const contested = vertex.transactions.find(transaction => contests.isContested(transaction))
    const sides = contested && contests.sides(contested)
    const [one, other] = sides
      ? [[sides[0]!.transaction], [sides[1]!.transaction]]
      : [vertex.transactions, vertex.transactions.slice(0, 1)]
    return [fork(vertex, one, 0, turn), fork(vertex, other, 1, turn)]
  })

  return {
    act: (effect, nowMs) => {
      if (effect.kind === 'vote') contests.see(effect.vertex)
      return [...votes.act!(effect, nowMs), ...forks.act!(effect, nowMs).filter(act => act !== effect)]
    },
  }
}
