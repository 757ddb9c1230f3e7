import type { Transaction, TransactionId, Vertex, VertexId } from '../consensus/types.ts'
import { Window } from './window.ts'

const limit = 4_096

/** A member of a conflict set and a vertex that carries it. */
export interface Side {
  readonly transaction: Transaction
  readonly vertex: VertexId
}

/** The conflict sets of the vertices seen lately. */
export class Contests {
  readonly #sets = new Window<Map<TransactionId, Side>>(limit)

  see(vertex: Vertex): void {
    for (const transaction of vertex.transactions) {
      const set = this.#sets.getOrSet(transaction.key, () => new Map())
      if (!set.has(transaction.id)) set.set(transaction.id, { transaction, vertex: vertex.id })
    }
  }

  /** All that is known of the set of a transaction, by ascending id: everybody who knows the same has the same order. */
  sides(transaction: Transaction): Side[] {
    const set = this.#sets.get(transaction.key)
    return [...(set?.values() ?? [])].sort((a, b) => (a.transaction.id < b.transaction.id ? -1 : 1))
  }

  isContested(transaction: Transaction): boolean {
    return (this.#sets.get(transaction.key)?.size ?? 0) > 1
  }
}
