import { PackedTable, type Page, pageRows } from '../history/packed-table.ts'

/** Tenths of a millisecond in 32 bits last for 119 hours of load. */
const unitsPerMs = 10

const flags = { isConflicted: 1, isAccepted: 2, isSettled: 4, isSent: 8 } as const

/** Times are tenths of a millisecond since the begin of the load. */
const layout = {
  intended: Uint32Array,
  lastAccepted: Uint32Array,
  decisions: Uint16Array,
  flags: Uint8Array,
} as const

type Columns = Page<typeof layout>

/** What became known of a transaction; times are milliseconds since the origin. */
export interface PendingListener {
  onFirst(intendedMs: number, acceptedMs: number): void
  onEverywhere(intendedMs: number, acceptedMs: number): void
}

/**
 * Transactions between their sending and their acceptance by every node. Pages in which all is settled are let go and old ones are
 * packed, so memory follows what is under way and not the length of the run.
 */
export class PendingTransactions {
  readonly #table = new PackedTable(layout)
  /** Transactions of each page that nothing more is to be learned of; a page of those alone is gone. */
  readonly #settled: number[] = []
  readonly #nodeCount: number
  readonly #listener: PendingListener
  #declared = 0

  constructor(nodeCount: number, listener: PendingListener) {
    this.#nodeCount = nodeCount
    this.#listener = listener
  }

  get declared(): number {
    return this.#declared
  }

  declare(count: number): void {
    this.#declared = Math.max(this.#declared, count)
  }

  markConflicted(index: number): void {
    const page = this.#page(index)
    if (page) page.flags[index % pageRows]! |= flags.isConflicted
  }

  /** @returns whether this is the first time that it was sent */
  send(index: number, intendedMs: number): boolean {
    const page = this.#page(index)
    const slot = index % pageRows
    if (!page || page.flags[slot]! & flags.isSent) return false
    page.flags[slot]! |= flags.isSent
    page.intended[slot] = Math.max(0, Math.round(intendedMs * unitsPerMs))
    // It was accepted before the line of its sending came.
    if (page.flags[slot]! & flags.isAccepted)
      this.#tellFirst(page, slot, page.lastAccepted[slot]! / unitsPerMs)
    this.#settle(page, slot, index)
    return true
  }

  /** @returns whether it is the first acceptance of the transaction */
  accept(index: number, atMs: number): boolean {
    const page = this.#page(index)
    if (!page) return false
    const slot = index % pageRows
    const isFirst = (page.flags[slot]! & flags.isAccepted) === 0
    page.flags[slot]! |= flags.isAccepted
    page.decisions[slot]!++
    const at = Math.max(0, Math.round(atMs * unitsPerMs))
    if (isFirst || at > page.lastAccepted[slot]!) page.lastAccepted[slot] = at
    if (isFirst) this.#tellFirst(page, slot, atMs)
    this.#settle(page, slot, index)
    return isFirst
  }

  /** Of a double-spend: one side is rejected everywhere, which settles it. */
  reject(index: number): void {
    const page = this.#page(index)
    const slot = index % pageRows
    if (!page || (page.flags[slot]! & flags.isConflicted) === 0) return
    page.decisions[slot]!++
    this.#settle(page, slot, index)
  }

  /**
   * What is left at the end: accepted by every running node, by some, or by none.
   * @param running nodes that run at the end
   */
  drain(running: number, onLeft: (intendedMs: number, isAccepted: boolean) => void): void {
    for (let first = 0; first < this.#declared; first += pageRows) {
      const page = this.#table.read(first)
      for (let slot = 0; page !== undefined && slot < pageRows; slot++) {
        const found = page.flags[slot]!
        if (found & (flags.isSettled | flags.isConflicted) || (found & flags.isSent) === 0) continue
        const intendedMs = page.intended[slot]! / unitsPerMs
        const isAccepted = (found & flags.isAccepted) !== 0
        if (isAccepted && page.decisions[slot]! >= running)
          this.#listener.onEverywhere(intendedMs, page.lastAccepted[slot]! / unitsPerMs)
        else onLeft(intendedMs, isAccepted)
      }
      this.#table.drop(first)
    }
  }

  #page(index: number): Columns | undefined {
    if (index >= this.#declared || this.#settled[Math.floor(index / pageRows)] === pageRows) return undefined
    return this.#table.write(index)
  }

  #tellFirst(page: Columns, slot: number, acceptedMs: number): void {
    const isCounted = (page.flags[slot]! & (flags.isConflicted | flags.isSent)) === flags.isSent
    if (isCounted) this.#listener.onFirst(page.intended[slot]! / unitsPerMs, acceptedMs)
  }

  #settle(page: Columns, slot: number, index: number): void {
    if (page.decisions[slot]! < this.#nodeCount) return
    if ((page.flags[slot]! & (flags.isSettled | flags.isSent)) !== flags.isSent) return
    page.flags[slot]! |= flags.isSettled
    if ((page.flags[slot]! & flags.isConflicted) === 0)
      this.#listener.onEverywhere(page.intended[slot]! / unitsPerMs, page.lastAccepted[slot]! / unitsPerMs)
    const number = Math.floor(index / pageRows)
    const settled = (this.#settled[number] ?? 0) + 1
    this.#settled[number] = settled
    if (settled === pageRows) this.#table.drop(index)
  }
}
