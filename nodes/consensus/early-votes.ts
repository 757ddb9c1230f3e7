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
    if (this.#countOf[from]! >= perVoterLimit) return false
    const votes = getOrInsert(this.#votes, vote.vertex, () => new Map<NodeIndex, Vote>())
    if (votes.has(from)) return true
    votes.set(from, vote)
    this.#countOf[from] = this.#countOf[from]! + 1
    return true
  }

  /** The votes on a vertex, which has arrived now or is given up. */
  take(vertex: VertexId): Iterable<readonly [NodeIndex, Vote]> {
    const votes = this.#votes.get(vertex) ?? []
    this.#votes.delete(vertex)
    for (const [from] of votes) this.#countOf[from] = this.#countOf[from]! - 1
    return votes
  }
}
