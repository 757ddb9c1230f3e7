import type { ConflictSets } from './conflict-set.ts'
import type { RefusalCode } from './effect.ts'
import type { Mempool } from './mempool.ts'
import type { SpentNonces } from './spent.ts'
import type { Transaction, TransactionId } from './types.ts'

/** Where this node's choice within a conflict set may stand written. */
export interface Choices {
  readonly spent: SpentNonces
  readonly sets: ConflictSets
  readonly mempool: Mempool
}

export interface Refused {
  readonly index: number
  readonly code: RefusalCode
  readonly message: string
}

/**
 * Sticky votes: positions in a vertex that this node votes against, because the set already has another winner,
 * this node's vote for another member, or an earlier member in the same vertex.
 */
export function exceptionsOn(transactions: readonly Transaction[], choices: Choices): number[] {
  const { spent, sets, mempool } = choices
  const exceptions: number[] = []
  const chosenHere = new Map<string, TransactionId>()
  for (let position = 0; position < transactions.length; position += 1) {
    const transaction = transactions[position]!
    let choice = spent.accepted(transaction) ?? sets.of(transaction)?.ownVote ?? mempool.of(transaction)
    if (choice === undefined) {
      choice = chosenHere.get(transaction.key) ?? transaction.id
      chosenHere.set(transaction.key, choice)
    }
    if (choice !== transaction.id) exceptions.push(position)
  }
  return exceptions
}

/** Admits what this node could vote for itself: a transaction it would vote against is refused with the reason. */
export function admit(
  transactions: readonly Transaction[],
  choices: Choices,
  nowMs: number,
): { readonly admitted: Transaction[]; readonly refused: Refused[] } {
  const admitted: Transaction[] = []
  const refused: Refused[] = []
  transactions.forEach((transaction, index) => {
    const refusal = refuse(transaction, choices, nowMs)
    if (refusal) refused.push({ index, ...refusal })
    else admitted.push(transaction)
  })
  return { admitted, refused }
}

function refuse(
  transaction: Transaction,
  { spent, sets, mempool }: Choices,
  nowMs: number,
): Omit<Refused, 'index'> | undefined {
  const spentBy = spent.accepted(transaction)
  const vote = sets.of(transaction)?.ownVote ?? mempool.of(transaction)
  if (spentBy === transaction.id || (vote === transaction.id && !mempool.isForeign(transaction))) {
    return { code: 'duplicate', message: 'this transaction is known here already' }
  }
  if (spentBy !== undefined) {
    return { code: 'spent', message: `nonce ${transaction.nonce} of this owner is spent` }
  }
  if (vote !== undefined && vote !== transaction.id)
    return { code: 'conflict', message: `conflicts with ${vote}, which has this node's vote` }
  if (mempool.add(transaction, nowMs)) return undefined
  return { code: 'full', message: 'the queue of this node is full: try again or elsewhere' }
}

/** Takes what somebody else's client wants issued, unless this node would vote against it or it is in a vertex already. */
export function entrust(
  transactions: readonly Transaction[],
  { spent, sets, mempool }: Choices,
  nowMs: number,
): void {
  for (const transaction of transactions) {
    if (spent.accepted(transaction) !== undefined || sets.of(transaction) !== undefined) continue
    if ((mempool.of(transaction) ?? transaction.id) === transaction.id) mempool.entrust(transaction, nowMs)
  }
}
