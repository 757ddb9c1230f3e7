/** A growing set of small whole numbers, one bit each. */
export class BitSet {
  #words = new Uint32Array(32)

  /** @returns whether it was new */
  add(member: number): boolean {
    const word = member >>> 5
    if (word >= this.#words.length) this.#grow(word)
    const mask = 1 << (member & 31)
    const had = this.#words[word]! & mask
    this.#words[word]! |= mask
    return had === 0
  }

  delete(member: number): void {
    const word = member >>> 5
    if (word < this.#words.length) this.#words[word]! &= ~(1 << (member & 31))
  }

  has(member: number): boolean {
    const word = member >>> 5
    return word < this.#words.length && (this.#words[word]! & (1 << (member & 31))) !== 0
  }

  /** The smallest member that `other` lacks, none smaller than `from`; undefined when other holds them all. */
  firstMissingIn(other: BitSet, from = 0): number | undefined {
    for (let word = from >>> 5; word < this.#words.length; word++) {
      const start = word === from >>> 5 ? ~0 << (from & 31) : ~0
      const missing = this.#words[word]! & ~(other.#words[word] ?? 0) & start
      if (missing !== 0) return word * 32 + (31 - Math.clz32(missing & -missing))
    }
    return undefined
  }

  #grow(word: number): void {
    const larger = new Uint32Array(Math.max(word + 1, this.#words.length * 2))
    larger.set(this.#words)
    this.#words = larger
  }
}
