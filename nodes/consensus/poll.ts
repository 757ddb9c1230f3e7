import type { ConflictSet } from './conflict-set.ts'
import type { SnowParameters } from './parameters.ts'
import type { NodeIndex, TransactionId, VertexId, Vote } from './types.ts'

/** What a poll says of one conflict set: the member with the most chits. */
export interface Colour {
  readonly id: TransactionId
  readonly chits: number
}

/**
 * One poll of the sampled rule: k nodes are asked for their votes on some vertices.
 * Invariant: every asked node is awaited, has answered or is dropped, and gives at most one chit to a conflict set.
 */
export class Poll {
  readonly id: number
  readonly askedMs: number
  readonly vertices: ReadonlySet<VertexId>
  readonly #awaited: Set<NodeIndex>
  readonly #answers: ReadonlyMap<VertexId, Vote>[] = []

  constructor(
    asked: { readonly id: number; readonly askedMs: number },
    vertices: Iterable<VertexId>,
    peers: Iterable<NodeIndex>,
  ) {
    this.id = asked.id
    this.askedMs = asked.askedMs
    this.vertices = new Set(vertices)
    this.#awaited = new Set(peers)
  }

  get awaited(): ReadonlySet<NodeIndex> {
    return this.#awaited
  }

  /** @returns false when nothing was awaited from this node: it was not asked, or has answered */
  record(from: NodeIndex, votes: readonly Vote[]): boolean {
    if (!this.#awaited.delete(from)) return false
    this.#answers.push(new Map(votes.map(vote => [vote.vertex, vote])))
    return true
  }

  /** This node will not answer. */
  drop(from: NodeIndex): void {
    this.#awaited.delete(from)
  }

  /** How many have voted on a vertex at all, whatever they voted. */
  answersOn(id: VertexId): number {
    return this.#answers.filter(votes => votes.has(id)).length
  }

  /** The member of a conflict set that most answers are for; of several the first one seen. */
  colourOf({ members }: ConflictSet): Colour {
    const chits = new Map<TransactionId, number>()
    for (const votes of this.#answers) {
      for (const [id, { carriers }] of members) {
        const isFor = carriers.some(({ vertex, position }) => {
          const vote = this.vertices.has(vertex) ? votes.get(vertex) : undefined
          return vote !== undefined && !vote.exceptions.includes(position)
        })
        if (!isFor) continue
        chits.set(id, (chits.get(id) ?? 0) + 1)
        break
      }
    }
    let best: Colour = { id: '', chits: 0 }
    for (const [id, count] of chits) if (count > best.chits) best = { id, chits: count }
    return best
  }

  /** Whether enough have answered for yes, or few enough are left for no: before that `isSettled` need not be asked. */
  isAnswerable({ alphaPreference, alphaConfidence }: SnowParameters): boolean {
    const [answers, left] = [this.#answers.length, this.#awaited.size]
    return left === 0 || answers >= alphaConfidence || answers + left < alphaPreference
  }

  /**
   * Whether no answer that is still awaited can change what the poll means for any of these sets, as avalanchego's early
   * termination: alphaConfidence is reached, or out of reach, and so is alphaPreference unless it is reached.
   */
  isSettled(sets: Iterable<ConflictSet>, { alphaPreference, alphaConfidence }: SnowParameters): boolean {
    const left = this.#awaited.size
    if (left === 0) return true
    for (const set of sets) {
      const { chits } = this.colourOf(set)
      const needed = chits >= alphaPreference ? alphaConfidence : alphaPreference
      if (chits < alphaConfidence && chits + left >= needed) return false
    }
    return true
  }
}
