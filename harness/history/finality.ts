import { type Facts, isMeasured } from './facts.ts'
import type { Figures } from './ranks.ts'

/** first: at the node that accepted it first, as its client sees it; all: at the last node that runs. */
export type Where = 'first' | 'all'

/**
 * Times from the intended send to acceptance, milliseconds; of unconflicted transactions that were sent. One that was not accepted
 * counts as infinite, because leaving it out would make a network that loses things look fast.
 * @param counts which of them: by default those of the measured load
 */
export function finality(
  facts: Facts,
  where: Where,
  counts: (index: number) => boolean = index => isMeasured(facts, index),
): Figures {
  return finalityWithin(facts, where, { first: 0, end: facts.transactions.count }, counts)
}

/** The same of the transactions from `first` up to and without `end`. */
export function finalityWithin(
  facts: Facts,
  where: Where,
  { first, end }: { readonly first: number; readonly end: number },
  counts: (index: number) => boolean,
): Figures {
  const { transactions } = facts
  const acceptedAt = where === 'first' ? transactions.firstAcceptedAt : acceptedEverywhereAt(facts)
  return visit => {
    for (let index = first; index < end; index++) {
      if (isUnconflicted(facts, index) && counts(index))
        visit(acceptedAt(index) - transactions.intendedAt(index))
    }
  }
}

/** Sent, and no side of a double-spend. */
export function isUnconflicted({ transactions }: Facts, index: number): boolean {
  return transactions.offers(index) !== 0 && transactions.rival(index) === -1
}

/** When the last node that runs accepted a transaction; Infinity where one of them did not. */
function acceptedEverywhereAt({ transactions, nodes }: Facts): (index: number) => number {
  const running = nodes.filter(({ isDown }) => !isDown)
  const isAcceptedByRunning = (index: number) =>
    running.length > 0 && running.every(({ outcomes }) => outcomes.get(index) === 1)
  return index =>
    transactions.acceptedCount(index) === nodes.length || isAcceptedByRunning(index)
      ? transactions.lastAcceptedAt(index)
      : Number.POSITIVE_INFINITY
}
