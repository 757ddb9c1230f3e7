import type { Tally } from './census.ts'
import type { ConflictSet } from './conflict-set.ts'
import type { TransactionId, VertexId } from './types.ts'
import { Voters } from './voters.ts'

/**
 * The member of a conflict set that most nodes vote for, the one with the lowest id of several (lock votes, beta = 2).
 * @returns undefined as long as fewer than alpha nodes have voted on any of them: what so few say may be one side of a cut
 */
export function pluralityOf(
  set: ConflictSet,
  tallyOf: (vertex: VertexId) => Tally | undefined,
  { n, alpha }: { readonly n: number; readonly alpha: number },
): TransactionId | undefined {
  const voted = new Voters(n)
  let best: { readonly id: TransactionId; readonly size: number } | undefined
  for (const [id, { carriers }] of set.members) {
    const supporters = new Voters(n)
    for (const { vertex, position } of carriers) {
      const tally = tallyOf(vertex)
      if (!tally) continue
      supporters.unite(tally.voters, tally.against.get(position))
      voted.unite(tally.voters)
    }
    const { size } = supporters
    if (!best || size > best.size || (size === best.size && id < best.id)) best = { id, size }
  }
  return voted.size < alpha ? undefined : best?.id
}
