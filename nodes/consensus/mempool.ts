import type { Transaction, TransactionId } from './types.ts'

/** Admitted transactions that wait to be issued; at 250 bytes each this is some 5 MB. */
const limit = 20_000

/**
 * Admitted transactions in order of admission, one per conflict set: what is admitted has this node's vote, so a
 * conflicting one that arrives in somebody's vertex meanwhile is voted against.
 */
export class Mempool {
  readonly #queue = new Map<string, Transaction>()

  get size(): number {
    return this.#queue.size
  }

  /** @returns false when the queue is full */
  add(transaction: Transaction): boolean {
    if (this.#queue.size >= limit) return false
    this.#queue.set(transaction.key, transaction)
    return true
  }

  /** The queued transaction of the same conflict set. */
  of(transaction: Pick<Transaction, 'key'>): TransactionId | undefined {
    return this.#queue.get(transaction.key)?.id
  }

  /** Takes this very transaction out: it is in a vertex now, or decided. */
  remove(transaction: Transaction): void {
    if (this.of(transaction) === transaction.id) this.#queue.delete(transaction.key)
  }

  /** The oldest transactions; they stay queued until they are seen in a vertex. */
  *oldest(): Iterable<Transaction> {
    yield* this.#queue.values()
  }
}
