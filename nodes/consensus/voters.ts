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

  /** Adds all of them. @returns whether any was not in the set yet */
  addAll(nodes: readonly NodeIndex[]): boolean {
    const before = this.#size
    for (let i = 0; i < nodes.length; i += 1) this.add(nodes[i]!)
    return this.#size > before
  }

  delete(node: NodeIndex): void {
    if (!this.has(node)) return
    this.#bits[node >> 3] = this.#bits[node >> 3]! & ~(1 << (node & 7))
    this.#size -= 1
  }

  /** Adds all nodes of another set over the same roster that are not in `without`. */
  unite(others: Voters, without?: Voters): void {
    let size = 0
    for (let i = 0; i < this.#bits.length; i += 1) {
      const bits = this.#bits[i]! | (others.#bits[i]! & ~(without ? without.#bits[i]! : 0))
      this.#bits[i] = bits
      size += ones(bits)
    }
    this.#size = size
  }
}

/** How many bits of a byte are set. */
function ones(byte: number): number {
  let bits = byte - ((byte >> 1) & 0x55)
  bits = (bits & 0x33) + ((bits >> 2) & 0x33)
  return (bits + (bits >> 4)) & 0x0f
}
