import type { TransactionId, Vertex } from '../consensus/types.ts'
import { alwaysAccept } from './always-accept.ts'
import { alwaysReject } from './always-reject.ts'
import { type Behaviour, peersOf, type Surroundings } from './behaviour.ts'
import { Contests } from './contests.ts'
import { positionsOf, voting } from './voting.ts'

/** How long a coin waits for the other side of a double-spend, milliseconds. */
const waitMs = 200

/**
 * Clusters of nodes that vote as one. With a coin each cluster supports one member of every conflict set, the one it has drawn the lowest
 * number for, and a set of one always; with a fixed side it is for or against everything.
 */
export function collude(
  surroundings: Surroundings,
  { side, groups }: { side: 'coin' | 'accept' | 'reject'; groups: number },
): Behaviour {
  if (side === 'reject') return alwaysReject(surroundings)
  if (side === 'accept') return alwaysAccept(surroundings)
  const { group, self, draw } = surroundings
  const cluster = group.indexOf(self) % groups
  const contests = new Contests()
  const rank = (id: TransactionId) => draw(`cluster/${cluster}/${id}`)
  const supports = (transaction: Vertex['transactions'][number]) =>
    contests.sides(transaction).every(each => rank(each.transaction.id) >= rank(transaction.id))
  return voting(surroundings, {
    see: vertex => contests.see(vertex),
    opinion: vertex => positionsOf(vertex, transaction => !supports(transaction)),
    waves: [{ inMs: waitMs, to: peersOf(surroundings) }],
  })
}
