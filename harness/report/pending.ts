/** Transactions a page; a power of two. */
const pageSize = 4096
/** Tenths of a millisecond in 32 bits last for 119 hours of load. */
const unitsPerMs = 10
const none = 0xffff_ffff

const flags = { isConflicted: 1, isAccepted: 2, isSettled: 4 } as const

interface Page {
  readonly intended: Uint32Array
  readonly lastAccepted: Uint32Array
  readonly decisions: Uint16Array
  readonly flags: Uint8Array
  /** Transactions that nothing more is to be learned of. */
  settled: number
}

/** What became known of a transaction; times are milliseconds since the origin. */
export interface PendingListener {
  onFirst(intendedMs: number, acceptedMs: number): void
  onEverywhere(intendedMs: number, acceptedMs: number): void
}

/**
 * Transactions between their sending and their acceptance by every node. Pages in which all is settled are let go, so memory
 * follows what is under way and not the length of the run: 11 bytes for each that never gets everywhere.
 */
export class PendingTransactions {
  readonly #pages: (Page | undefined)[] = []
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
    while (this.#pages.length * pageSize < this.#declared) this.#pages.push(newPage())
  }

  markConflicted(index: number): void {
    const page = this.#page(index)
    if (page) page.flags[index & (pageSize - 1)]! |= flags.isConflicted
  }

  /** @returns whether this is the first time that it was sent */
  send(index: number, intendedMs: number): boolean {
    const page = this.#page(index)
    const slot = index & (pageSize - 1)
    if (!page || page.intended[slot] !== none) return false
    page.intended[slot] = Math.max(0, Math.round(intendedMs * unitsPerMs))
    const last = page.lastAccepted[slot]!
    // It was accepted before the line of its sending came.
    if (page.flags[slot]! & flags.isAccepted && last !== none) this.#tellFirst(page, slot, last / unitsPerMs)
    this.#settle(page, slot, index)
    return true
  }

  /** @returns whether it is the first acceptance of the transaction */
  accept(index: number, atMs: number): boolean {
    const page = this.#page(index)
    if (!page) return false
    const slot = index & (pageSize - 1)
    const isFirst = (page.flags[slot]! & flags.isAccepted) === 0
    page.flags[slot]! |= flags.isAccepted
    page.decisions[slot]!++
    const at = Math.max(0, Math.round(atMs * unitsPerMs))
    const last = page.lastAccepted[slot]!
    if (last === none || at > last) page.lastAccepted[slot] = at
    if (isFirst) this.#tellFirst(page, slot, atMs)
    this.#settle(page, slot, index)
    return isFirst
  }

  /** Of a double-spend: one side is rejected everywhere, which settles it. */
  reject(index: number): void {
    const page = this.#page(index)
    const slot = index & (pageSize - 1)
    if (!page || (page.flags[slot]! & flags.isConflicted) === 0) return
    page.decisions[slot]!++
    this.#settle(page, slot, index)
  }

  /**
   * What is left at the end: accepted by every running node, by some, or by none.
   * @param running nodes that run at the end
   */
  drain(running: number, onLeft: (intendedMs: number, isAccepted: boolean) => void): void {
    for (const page of this.#pages) {
      for (let slot = 0; page !== undefined && slot < pageSize; slot++) {
        const found = page.flags[slot]!
        if (found & (flags.isSettled | flags.isConflicted) || page.intended[slot] === none) continue
        const intendedMs = page.intended[slot]! / unitsPerMs
        const isAccepted = (found & flags.isAccepted) !== 0
        if (isAccepted && page.decisions[slot]! >= running)
          this.#listener.onEverywhere(intendedMs, page.lastAccepted[slot]! / unitsPerMs)
        else onLeft(intendedMs, isAccepted)
      }
    }
    this.#pages.length = 0
  }

  #page(index: number): Page | undefined {
    return index < this.#declared ? this.#pages[Math.floor(index / pageSize)] : undefined
  }

  #tellFirst(page: Page, slot: number, acceptedMs: number): void {
    if (page.flags[slot]! & flags.isConflicted || page.intended[slot] === none) return
    this.#listener.onFirst(page.intended[slot]! / unitsPerMs, acceptedMs)
  }

  #settle(page: Page, slot: number, index: number): void {
    if (page.decisions[slot]! < this.#nodeCount || page.intended[slot] === none) return
    if (page.flags[slot]! & flags.isSettled) return
    page.flags[slot]! |= flags.isSettled
    if ((page.flags[slot]! & flags.isConflicted) === 0)
      this.#listener.onEverywhere(page.intended[slot]! / unitsPerMs, page.lastAccepted[slot]! / unitsPerMs)
    page.settled++
    if (page.settled === pageSize) this.#pages[Math.floor(index / pageSize)] = undefined
  }
}

function newPage(): Page {
  return {
    intended: new Uint32Array(pageSize).fill(none),
    lastAccepted: new Uint32Array(pageSize).fill(none),
    decisions: new Uint16Array(pageSize),
    flags: new Uint8Array(pageSize),
    settled: 0,
  }
}
