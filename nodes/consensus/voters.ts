import type { NodeIndex } from './types.ts'

/** A set of roster positions as a bit field: one vote per identity, however often it arrives. */
export class Voters {
  readonly #bits: Uint8Array
  #size = 0

  constructor(n: number) {
    this.#bits = new Uint8Array((n + 7) >> 3)
  }

  get size(): number {
    return this.#size
  }

  has(node: NodeIndex): boolean {
    return ((this.#bits[node >> 3] ?? 0) & (1 << (node & 7))) !== 0
  }

  /** @returns whether the node was not in the set yet */
  add(node: NodeIndex): boolean {
    if (this.has(node)) return false
    this.#bits[node >> 3] = (this.#bits[node >> 3] ?? 0) | (1 << (node & 7))
    this.#size += 1
    return true
  }
}
