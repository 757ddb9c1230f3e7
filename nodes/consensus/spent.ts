import { getOrInsert } from './get-or-insert.ts'
import type { Transaction, TransactionId } from './types.ts'

/** Decided conflict sets kept with the accepted id; older ones keep only "this nonce is spent". */
const windowSize = 200_000

interface Entry {
  readonly accepted: TransactionId
  /** Made with the first one: nearly all sets have none. */
  rejected?: Set<TransactionId>
}

/** Which nonces of which owners are spent, by what: exact for the newest sets, as intervals for older ones. */
export class SpentNonces {
  readonly #recent = new Map<string, Entry>()
  readonly #old = new Map<string, Intervals>()

  /** The accepted transaction of the set; 'old' when it is known to be decided but no longer by what. */
  accepted(transaction: Pick<Transaction, 'key' | 'owner' | 'nonce'>): TransactionId | 'old' | undefined {
    const entry = this.#recent.get(transaction.key)
    if (entry) return entry.accepted
    return this.#old.get(transaction.owner)?.has(transaction.nonce) ? 'old' : undefined
  }

  accept(transaction: Pick<Transaction, 'id' | 'key'>): void {
    this.#recent.set(transaction.key, { accepted: transaction.id })
    if (this.#recent.size <= windowSize) return
    const [oldest] = this.#recent.keys()
    this.#recent.delete(oldest!)
    const [owner, nonce] = oldest!.split('/') as [string, string]
    getOrInsert(this.#old, owner, () => new Intervals()).add(Number(nonce))
  }

  /** @returns whether this loser of a decided set was not known as rejected yet */
  reject(transaction: Pick<Transaction, 'id' | 'key'>): boolean {
    const entry = this.#recent.get(transaction.key)
    if (!entry || entry.rejected?.has(transaction.id)) return false
    entry.rejected ??= new Set()
    entry.rejected.add(transaction.id)
    return true
  }
}

/** A set of integers as sorted disjoint ranges: nonces are dense, so a million of them are a handful of ranges. */
export class Intervals {
  readonly #starts: number[] = []
  readonly #ends: number[] = []

  has(value: number): boolean {
    const at = this.#indexOf(value)
    return at >= 0 && value <= this.#ends[at]!
  }

  add(value: number): void {
    const at = this.#indexOf(value)
    if (at >= 0 && value <= this.#ends[at]!) return
    const joinsLeft = at >= 0 && this.#ends[at] === value - 1
    const joinsRight = this.#starts[at + 1] === value + 1
    if (joinsLeft && joinsRight) {
      this.#ends[at] = this.#ends[at + 1]!
      this.#starts.splice(at + 1, 1)
      this.#ends.splice(at + 1, 1)
    } else if (joinsLeft) this.#ends[at] = value
    else if (joinsRight) this.#starts[at + 1] = value
    else {
      this.#starts.splice(at + 1, 0, value)
      this.#ends.splice(at + 1, 0, value)
    }
  }

  /** Position of the last range that starts at or before the value; -1 when there is none. */
  #indexOf(value: number): number {
    let low = 0
    let high = this.#starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#starts[middle]! <= value) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
