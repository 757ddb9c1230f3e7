/** What one node said of one transaction; `both` is a contradiction. */
export const outcomes = { none: 0, accepted: 1, rejected: 2, both: 3 } as const

/** Transactions a page. */
const pageRows = 4096
const pageBytes = pageRows / 4

/** Most pages are full of acceptances in the end: those are one and the same. */
const allAccepted = new Uint8Array(pageBytes).fill(0b01010101)

/** The outcomes of one node by transaction index, two bits each. */
export class OutcomeTable {
  readonly #pages: (Uint8Array | undefined)[] = []
  /** Transactions of each page of which anything was said. */
  readonly #told: number[] = []

  get(index: number): number {
    const byte = this.#pages[Math.floor(index / pageRows)]?.[(index % pageRows) >>> 2]
    return byte === undefined ? outcomes.none : (byte >>> ((index & 3) * 2)) & 3
  }

  /** Adds an outcome to what was said before. @returns what was said before */
  add(index: number, outcome: 1 | 2): number {
    const number = Math.floor(index / pageRows)
    const before = this.get(index)
    if (before === outcome) return before
    const page = this.#own(number)
    page[(index % pageRows) >>> 2]! |= outcome << ((index & 3) * 2)
    if (before !== outcomes.none) return before
    const told = (this.#told[number] ?? 0) + 1
    this.#told[number] = told
    if (told === pageRows && page.every((byte, place) => byte === allAccepted[place]))
      this.#pages[number] = allAccepted
    return before
  }

  /** A page that may be changed. */
  #own(number: number): Uint8Array {
    const found = this.#pages[number]
    const page =
      found === undefined ? new Uint8Array(pageBytes) : found === allAccepted ? found.slice() : found
    this.#pages[number] = page
    return page
  }
}
