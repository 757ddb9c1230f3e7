import { getOrInsert } from './get-or-insert.ts'
import type { Transaction, TransactionId, VertexId } from './types.ts'

/** One transaction that is not decided yet, and the undecided vertices that carry it. */
export interface Member {
  readonly transaction: Transaction
  readonly carriers: { readonly vertex: VertexId; readonly position: number }[]
}

/**
 * Undecided transactions with one owner and nonce.
 * Invariant: `ownVote` is set once, to the first member seen or admitted, and never changes (sticky votes, beta = 1).
 */
export interface ConflictSet {
  readonly ownVote: TransactionId
  readonly members: Map<TransactionId, Member>
}

/** All undecided conflict sets. Decided ones leave for good. */
export class ConflictSets {
  readonly #sets = new Map<string, ConflictSet>()

  of(transaction: Pick<Transaction, 'key'>): ConflictSet | undefined {
    return this.#sets.get(transaction.key)
  }

  /**
   * Adds a carrier of the transaction, and the transaction and its set when they are new.
   * @param choice what this node votes for when the set is new
   */
  add(transaction: Transaction, vertex: VertexId, position: number, choice: TransactionId): Member {
    const set = getOrInsert(
      this.#sets,
      transaction.key,
      (): ConflictSet => ({ ownVote: choice, members: new Map() }),
    )
    const member = getOrInsert(set.members, transaction.id, (): Member => ({ transaction, carriers: [] }))
    member.carriers.push({ vertex, position })
    return member
  }

  /** Once decided. */
  remove(transaction: Pick<Transaction, 'key'>): void {
    this.#sets.delete(transaction.key)
  }
}
