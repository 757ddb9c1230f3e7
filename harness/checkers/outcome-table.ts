/** What one node said of one transaction; `both` is a contradiction. */
export const outcomes = { none: 0, accepted: 1, rejected: 2, both: 3 } as const

const firstBytes = 256

/** The outcomes of one node by transaction index, two bits each. */
export class OutcomeTable {
  #bytes = new Uint8Array(firstBytes)

  get(index: number): number {
    const byte = this.#bytes[index >>> 2]
    return byte === undefined ? outcomes.none : (byte >>> ((index & 3) * 2)) & 3
  }

  /** Adds an outcome to what was said before. @returns what was said before */
  add(index: number, outcome: 1 | 2): number {
    const position = index >>> 2
    if (position >= this.#bytes.length) this.#grow(position)
    const shift = (index & 3) * 2
    const byte = this.#bytes[position]!
    this.#bytes[position] = byte | (outcome << shift)
    return (byte >>> shift) & 3
  }

  #grow(position: number): void {
    const larger = new Uint8Array(Math.max(position + 1, this.#bytes.length * 2))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
