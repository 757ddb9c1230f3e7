import { getOrInsert } from './get-or-insert.ts'
import type { NodeIndex, VertexId, Vote } from './types.ts'

/** Votes on vertices that have not arrived, kept per voter: a flood of made-up ids fills only the flooder's share. */
const perVoterLimit = 512

/** Votes that were faster than the vertex they are for. */
export class EarlyVotes {
  readonly #votes = new Map<VertexId, Map<NodeIndex, Vote>>()
  readonly #countOf: Int32Array

  constructor(n: number) {
    this.#countOf = new Int32Array(n)
  }

  /** @returns false when this voter has too many votes on vertices that nobody has shown us */
  keep(vote: Vote, from: NodeIndex): boolean {
    const earlier = this.#votes.get(vote.vertex)?.get(from)
    if (earlier && !isLater(vote, earlier)) return true
    if (!earlier && this.#countOf[from]! >= perVoterLimit) return false
    const votes = getOrInsert(this.#votes, vote.vertex, () => new Map<NodeIndex, Vote>())
    if (earlier) {
      votes.set(from, vote)
      return true
    }
    votes.set(from, vote)
    this.#countOf[from] = this.#countOf[from]! + 1
    return true
  }

  /** Who has voted on a vertex, and so has it; the first to be heard of first. */
  voters(vertex: VertexId): NodeIndex[] {
    return [...(this.#votes.get(vertex)?.keys() ?? [])]
  }

  /** The votes on a vertex, which has arrived now or is given up. */
  take(vertex: VertexId): Iterable<readonly [NodeIndex, Vote]> {
    const votes = this.#votes.get(vertex) ?? []
    this.#votes.delete(vertex)
    for (const [from] of votes) this.#countOf[from] = this.#countOf[from]! - 1
    return votes
  }
}

/** Whether a vote of the same node was cast after another one: rounds only grow, and locks are never opened again. */
function isLater(vote: Vote, earlier: Vote): boolean {
  const [round, earlierRound] = [vote.round ?? 0, earlier.round ?? 0]
  if (round !== earlierRound) return round > earlierRound
  if (vote.locked !== earlier.locked) return vote.locked === true
  return (vote.open?.length ?? 0) < (earlier.open?.length ?? 0)
}
