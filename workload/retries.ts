import type { RandomStream } from '../model/random.ts'
import { createColumn } from './column.ts'

/** Transactions to be offered again to another node, each after a pause that grows with its attempts. */
export interface Retries {
  /** Requests waiting. */
  readonly length: number
  /** Puts transactions in line; one that waits already is not added twice. */
  add(transactions: readonly number[], options: { at: number; isTooLarge?: boolean }): void
  /** Transactions of one request whose time has come. */
  take(at: number): readonly number[] | undefined
  /** Infinity when nothing waits. */
  nextDueAt(): number
  /** Gives up on all others. */
  keep(isKept: (transaction: number) => boolean): void
  clear(): void
}

const pauseMsFirst = 100
const pauseMsMax = 2_000
/** One request; a node that refuses a body as too large is offered halves. */
const requestTransactionsMax = 128

interface Waiting {
  readonly dueAt: number
  readonly transactions: readonly number[]
}

/** The queue holds each transaction at most once, so the workload itself bounds it. */
export function createRetries(options: { random: RandomStream }): Retries {
  const attempts = createColumn(Uint8Array)
  const isWaiting = new Set<number>()
  // Sorted by due time. Entries are whole requests, so a hundred thousand transactions are under a thousand entries.
  let waiting: Waiting[] = []

  const insert = (entry: Waiting) => {
    const position = waiting.findLastIndex(other => other.dueAt <= entry.dueAt) + 1
    waiting.splice(position, 0, entry)
  }

  return {
    get length() {
      return waiting.length
    },
    add: (transactions, { at, isTooLarge }) => {
      const fresh = transactions.filter(index => !isWaiting.has(index))
      if (fresh.length === 0) return
      let attempt = 0
      for (const index of fresh) {
        isWaiting.add(index)
        attempt = Math.max(attempt, attempts.add(index, attempts.get(index) < 255 ? 1 : 0))
      }
      const size = isTooLarge ? Math.max(1, Math.floor(fresh.length / 2)) : requestTransactionsMax
      const pauseMs = Math.min(pauseMsFirst * 2 ** (attempt - 1), pauseMsMax)
      for (let start = 0; start < fresh.length; start += size) {
        // Jitter parts requests that failed together, such as all those to a node that was killed.
        const dueAt = at + pauseMs * (0.5 + options.random.next())
        insert({ dueAt, transactions: fresh.slice(start, start + size) })
      }
    },
    take: at => {
      if (waiting.length === 0 || waiting[0]!.dueAt > at) return undefined
      const { transactions } = waiting.shift()!
      for (const index of transactions) isWaiting.delete(index)
      return transactions
    },
    nextDueAt: () => waiting[0]?.dueAt ?? Number.POSITIVE_INFINITY,
    keep: isKept => {
      waiting = waiting
        .map(entry => ({ ...entry, transactions: entry.transactions.filter(isKept) }))
        .filter(({ transactions }) => transactions.length > 0)
      for (const index of isWaiting) if (!isKept(index)) isWaiting.delete(index)
    },
    clear: () => {
      waiting = []
      isWaiting.clear()
    },
  }
}
