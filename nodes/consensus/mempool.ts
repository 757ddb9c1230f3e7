import type { NodeIndex, Transaction, TransactionId } from './types.ts'

/** Transactions that wait for a vertex; at 250 bytes each this is some 5 MB. */
const limit = 20_000

interface Entry {
  readonly transaction: Transaction
  /** Admitted from a client of this node, which sees to it that somebody issues it. */
  isOwn: boolean
  /** Entrusted to this node: it goes into this node's next vertex. */
  isEntrusted: boolean
  readonly sinceMs: number
  /** When to ask an issuer for it next, milliseconds; own ones only. */
  dueMs: number
  pauseMs: number
  /** When an issuer was asked last, milliseconds, and which one. */
  askedMs: number | undefined
  asked: NodeIndex | undefined
}

/** How long to wait for a vertex with a transaction before the next issuer is asked for one that issues others meanwhile, milliseconds. */
export interface Pauses {
  readonly firstMs: number
  readonly longestMs: number
}

/** What a replica knows when it asks issuers. */
export interface Progress {
  readonly nowMs: number
  /** When something was last decided, or now if nothing waits, milliseconds. */
  readonly progressMs: number
  /** So long an issuer may be silent that has something to issue, milliseconds. */
  readonly quietMs: number
  /** When the newest vertex of an issuer came, milliseconds. */
  issuedMs(issuer: NodeIndex): number | undefined
}

/**
 * Transactions that are in no vertex yet, in the order in which they came, one per conflict set: what is in here has this node's
 * vote, so a conflicting one that arrives in somebody's vertex meanwhile is voted against.
 */
export class Mempool {
  readonly #entries = new Map<string, Entry>()
  readonly #pauses: Pauses
  #entrusted = 0
  /** Nothing is to be forwarded before, milliseconds. */
  #forwardMs = Number.POSITIVE_INFINITY

  constructor(pauses: Pauses) {
    this.#pauses = pauses
  }

  get size(): number {
    return this.#entries.size
  }

  /** Transactions that this node is to issue. */
  get entrusted(): number {
    return this.#entrusted
  }

  /**
   * When the oldest transaction of a client of this node came; undefined when there is none.
   * @param isContested left out are those that no issuer takes, because a rival is in a vertex
   */
  oldestOwnMs(isContested: (transaction: Transaction) => boolean): number | undefined {
    for (const { isOwn, sinceMs, transaction } of this.#entries.values())
      if (isOwn && !isContested(transaction)) return sinceMs
    return undefined
  }

  /** Admits a client's transaction: an issuer is to be asked for it, unless this node is one already. @returns false when there is no room */
  add(transaction: Transaction, nowMs: number): boolean {
    const known = this.#entries.get(transaction.key)
    if (known) {
      known.isOwn = true
      known.askedMs = nowMs
      known.dueMs = nowMs + known.pauseMs
      this.#forwardMs = Math.min(this.#forwardMs, known.dueMs)
    } else if (this.#entries.size >= limit) return false
    else this.#put(transaction, { isOwn: true, isEntrusted: false, nowMs })
    return true
  }

  /** This node is to issue a transaction. Without room nothing happens: whoever admitted it asks somebody else later. */
  entrust(transaction: Transaction, nowMs: number): void {
    const known = this.#entries.get(transaction.key)
    if (known?.isEntrusted || (!known && this.#entries.size >= limit)) return
    if (known) known.isEntrusted = true
    else this.#put(transaction, { isOwn: false, isEntrusted: true, nowMs })
    this.#entrusted += 1
  }

  /** The waiting transaction of the same conflict set. */
  of(transaction: Pick<Transaction, 'key'>): TransactionId | undefined {
    return this.#entries.get(transaction.key)?.transaction.id
  }

  /** Whether this very transaction waits here for others alone: no client of this node has been told that it is admitted. */
  isForeign({ key, id }: Transaction): boolean {
    const entry = this.#entries.get(key)
    return entry !== undefined && !entry.isOwn && entry.transaction.id === id
  }

  /** Takes this very transaction out: it is in a vertex now, or decided. */
  remove(transaction: Transaction): void {
    if (this.of(transaction) === transaction.id) this.#delete(transaction.key)
  }

  /**
   * Takes out the rival of a transaction that was accepted.
   * @returns the rival, if a client of this node waits for its decision
   */
  removeRival({ key, id }: Transaction): Transaction | undefined {
    const entry = this.#entries.get(key)
    if (!entry || entry.transaction.id === id) return undefined
    this.#delete(key)
    return entry.isOwn ? entry.transaction : undefined
  }

  /** The oldest ones that this node is to issue, at most `count`; they stay until they are seen in a vertex. */
  toIssue(count: number): Transaction[] {
    const chosen: Transaction[] = []
    if (this.#entrusted === 0) return chosen
    for (const { transaction, isEntrusted } of this.#entries.values()) {
      if (!isEntrusted) continue
      chosen.push(transaction)
      if (chosen.length === count) break
    }
    return chosen
  }

  /** Whether an issuer may have to be asked for something now: every step asks. */
  isForwardDue(nowMs: number): boolean {
    return nowMs >= this.#forwardMs
  }

  /**
   * Own ones for which an issuer is to be asked now, at most `count`, and those that were asked for some of them and have not delivered.
   * One that has issued others since has a queue and is given time; one that has issued nothing most likely never will. While vertices wait
   * for answers and nothing at all is decided nobody else is asked: in a stall every issuer would come to hold everything, and issue it
   * when the stall is over.
   */
  toForward(
    progress: Progress,
    count: number,
  ): { readonly transactions: Transaction[]; readonly failed: readonly NodeIndex[] } {
    const { nowMs, progressMs, quietMs } = progress
    const transactions: Transaction[] = []
    const failed = new Set<NodeIndex>()
    let nextMs = Number.POSITIVE_INFINITY
    for (const entry of this.#entries.values()) {
      if (!entry.isOwn) continue
      if (entry.dueMs <= nowMs && transactions.length < count) {
        const isAtWork = hasIssued(entry, progress)
        const untilMs = isAtWork ? entry.askedMs! + entry.pauseMs : nowMs
        const isOver = untilMs <= nowMs
        entry.dueMs = isOver ? nowMs + quietMs : untilMs
        if (isOver && (entry.askedMs === undefined || entry.askedMs < progressMs)) {
          if (entry.asked !== undefined) failed.add(entry.asked)
          if (isAtWork) entry.pauseMs = Math.min(2 * entry.pauseMs, this.#pauses.longestMs)
          entry.askedMs = nowMs
          transactions.push(entry.transaction)
        }
      }
      nextMs = Math.min(nextMs, entry.dueMs)
    }
    this.#forwardMs = nextMs
    return { transactions, failed: [...failed] }
  }

  /** This issuer was asked for them. */
  handed(transactions: readonly Transaction[], to: NodeIndex): void {
    for (const { key } of transactions) {
      const entry = this.#entries.get(key)
      if (entry) entry.asked = to
    }
  }

  /** An issuer is to be asked at once for all that this one, none, or whichever one, was asked for. */
  forwardAnew(asked: NodeIndex | 'none' | 'any', nowMs: number): void {
    for (const entry of this.#entries.values()) {
      if (!entry.isOwn || (asked !== 'any' && (entry.asked ?? 'none') !== asked)) continue
      entry.askedMs = undefined
      entry.asked = undefined
      entry.dueMs = nowMs
      entry.pauseMs = this.#pauses.firstMs
      this.#forwardMs = nowMs
    }
  }

  #put(
    transaction: Transaction,
    { nowMs, ...by }: { isOwn: boolean; isEntrusted: boolean; nowMs: number },
  ): void {
    const { firstMs: pauseMs } = this.#pauses
    if (by.isOwn) this.#forwardMs = Math.min(this.#forwardMs, nowMs)
    const due = { dueMs: nowMs, pauseMs, askedMs: undefined, asked: undefined }
    this.#entries.set(transaction.key, { transaction, ...by, ...due, sinceMs: nowMs })
  }

  #delete(key: string): void {
    if (this.#entries.get(key)?.isEntrusted) this.#entrusted -= 1
    this.#entries.delete(key)
  }
}

/** Whether the issuer that was asked has issued something since. */
function hasIssued({ asked, askedMs }: Entry, { issuedMs }: Progress): boolean {
  return asked !== undefined && askedMs !== undefined && (issuedMs(asked) ?? askedMs) > askedMs
}
