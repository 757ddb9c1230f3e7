import { getOrInsert } from './get-or-insert.ts'
import type { Transaction, TransactionId, VertexId } from './types.ts'

/** One transaction that is not decided yet, and the undecided vertices that carry it. */
export interface Member {
  readonly transaction: Transaction
  readonly carriers: { readonly vertex: VertexId; readonly position: number }[]
}

/**
 * Undecided transactions with one owner and nonce.
 * Invariant: `ownVote` begins as the first member seen or admitted. It never changes under sticky votes (beta = 1), never once it is
 * locked under lock votes (beta = 2), and with the polls of the sampled rule.
 */
export interface ConflictSet {
  ownVote: TransactionId
  /** This node voted for `ownVote` for ever. */
  isLocked: boolean
  readonly members: Map<TransactionId, Member>
}

/** All undecided conflict sets. Decided ones leave for good. */
export class ConflictSets {
  readonly #sets = new Map<string, ConflictSet>()
  /** Those with more than one member. */
  readonly #contested = new Map<string, ConflictSet>()

  of(transaction: Pick<Transaction, 'key'>): ConflictSet | undefined {
    return this.#sets.get(transaction.key)
  }

  /**
   * Adds a carrier of the transaction, and the transaction and its set when they are new.
   * @param choice what this node votes for when the set is new
   */
  add(transaction: Transaction, vertex: VertexId, position: number, choice: TransactionId): Member {
    const { id, key } = transaction
    let set = this.#sets.get(key)
    if (!set) {
      const member = { transaction, carriers: [{ vertex, position }] }
      set = { ownVote: choice, isLocked: false, members: new Map([[id, member]]) }
      this.#sets.set(key, set)
      return member
    }
    const member = getOrInsert(set.members, id, (): Member => ({ transaction, carriers: [] }))
    member.carriers.push({ vertex, position })
    if (set.members.size > 1) this.#contested.set(key, set)
    return member
  }

  /** Sets with more than one member. */
  contested(): Iterable<ConflictSet> {
    return this.#contested.values()
  }

  /** Once decided. */
  remove(transaction: Pick<Transaction, 'key'>): void {
    this.#sets.delete(transaction.key)
    this.#contested.delete(transaction.key)
  }
}
