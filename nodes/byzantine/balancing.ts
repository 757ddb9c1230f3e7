import type { Input } from '../consensus/input.ts'
import type { NodeIndex, Vertex, VertexId, Vote } from '../consensus/types.ts'
import { type Behaviour, peersOf, type Surroundings } from './behaviour.ts'
import { Contests, type Side } from './contests.ts'
import { splitPush } from './split-push.ts'
import { positionsOf, voting } from './voting.ts'
import { Window } from './window.ts'

const tallied = 1_024

/**
 * Keeps both sides of a double-spend even: it supports whichever fewer have voted for so far. What it issues itself reaches the halves of
 * the others one after the other.
 */
export function balancing(surroundings: Surroundings, { hold }: { hold: number }): Behaviour {
  const contests = new Contests()
  const votes = new Window<Map<NodeIndex, Vote>>(tallied)
  const vertices = new Window<Vertex>(tallied)
  const behaviour = voting(surroundings, {
    see: vertex => {
      contests.see(vertex)
      vertices.set(vertex.id, vertex)
    },
    opinion: vertex =>
      positionsOf(vertex, transaction => {
        const sides = contests.sides(transaction)
        const least = sides.toSorted((a, b) => supportersOf(a) - supportersOf(b))[0]
        return least !== undefined && least.transaction.id !== transaction.id
      }),
    waves: [{ inMs: hold, to: peersOf(surroundings) }],
    push: splitPush(surroundings, hold),
  })

  function supportersOf({ transaction, vertex }: Side): number {
    const position = vertices.get(vertex)?.transactions.findIndex(({ id }) => id === transaction.id)
    if (position === undefined) return 0
    return [...(votes.get(vertex)?.values() ?? [])].filter(vote => !vote.exceptions.includes(position)).length
  }

  const count = (vertex: VertexId, from: readonly NodeIndex[], vote: Vote) => {
    const known = votes.getOrSet(vertex, () => new Map())
    for (const node of from) if (!known.has(node)) known.set(node, vote)
  }

  return {
    ...behaviour,
    hear: (input: Input) => {
      if (input.kind !== 'votes') return
      for (const vote of input.votes) count(vote.vertex, input.from, vote)
    },
  }
}
