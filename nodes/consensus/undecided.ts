import type { Member } from './conflict-set.ts'
import type { NodeIndex, Vertex, VertexId } from './types.ts'

/** A vertex with something undecided in it. */
export interface Pending {
  readonly vertex: Vertex
  /** When this node voted on it, milliseconds. */
  readonly sinceMs: number
  /** Transactions of the vertex not decided yet. */
  undecided: number
  /** Enough nodes have answered: what is undecided now is contested, and asking again will hardly help. */
  answered: boolean
}

/** All vertices with something undecided in them, each with what its rule keeps for it. */
export class Undecided<Entry extends Pending> {
  readonly #entries = new Map<VertexId, Entry>()
  /** Per issuer, vertices that have not been answered yet. */
  readonly #unansweredOf: Int32Array

  constructor(n: number) {
    this.#unansweredOf = new Int32Array(n)
  }

  get size(): number {
    return this.#entries.size
  }

  get(id: VertexId): Entry | undefined {
    return this.#entries.get(id)
  }

  ids(): Iterable<VertexId> {
    return this.#entries.keys()
  }

  /** The oldest ones, at most `limit`. */
  vertices(limit: number): Vertex[] {
    return [...this.#entries.values()].slice(0, limit).map(({ vertex }) => vertex)
  }

  get oldestUnansweredMs(): number | undefined {
    for (const { answered, sinceMs } of this.#entries.values()) if (!answered) return sinceMs
    return undefined
  }

  unansweredOf(issuer: NodeIndex): number {
    return this.#unansweredOf[issuer]!
  }

  add(entry: Entry): void {
    const { id, issuer } = entry.vertex
    this.#entries.set(id, entry)
    this.#unansweredOf[issuer] = this.#unansweredOf[issuer]! + 1
  }

  /** Once an entry: enough nodes have answered. */
  answer(entry: Entry): void {
    const { issuer } = entry.vertex
    entry.answered = true
    this.#unansweredOf[issuer] = this.#unansweredOf[issuer]! - 1
  }

  /** The members of a set are decided. @returns the entries in which nothing is undecided any more: they are gone */
  settle(members: readonly Member[]): Entry[] {
    const over: Entry[] = []
    for (const { carriers } of members) {
      for (const { vertex } of carriers) {
        const entry = this.#entries.get(vertex)
        if (!entry) continue
        entry.undecided -= 1
        if (entry.undecided > 0) continue
        this.#entries.delete(vertex)
        over.push(entry)
      }
    }
    return over
  }
}
