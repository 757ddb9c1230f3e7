import type { NodeIndex, VertexId } from '../consensus/types.ts'

/** One vertex and what was heard on it. */
export interface Ballot {
  readonly id: VertexId
  /** When it was opened, milliseconds. */
  readonly openedMs: number
  has(node: NodeIndex): boolean
  /** Whether it voted against something in it. */
  refuses(node: NodeIndex): boolean
}

/** Who voted on the newest vertices, and how: two bits a node and vertex, in room that is fixed. */
export class Ballots {
  readonly #rowBytes: number
  readonly #limit: number
  readonly #onEvicted: (ballot: Ballot) => void
  /** In the order in which they were opened. */
  readonly #slots = new Map<VertexId, number>()
  readonly #free: number[]
  readonly #voted: Uint8Array
  readonly #refused: Uint8Array
  readonly #openedMs: Float64Array

  /** @param onEvicted told of the oldest when there is no room for one more */
  constructor(n: number, limit: number, onEvicted: (ballot: Ballot) => void) {
    this.#rowBytes = (n + 7) >> 3
    this.#limit = limit
    this.#onEvicted = onEvicted
    this.#free = Array.from({ length: limit }, (_, slot) => slot)
    this.#voted = new Uint8Array(limit * this.#rowBytes)
    this.#refused = new Uint8Array(limit * this.#rowBytes)
    this.#openedMs = new Float64Array(limit)
  }

  openedMs(id: VertexId): number | undefined {
    const slot = this.#slots.get(id)
    return slot === undefined ? undefined : this.#openedMs[slot]
  }

  open(id: VertexId, nowMs: number): void {
    if (this.#slots.has(id)) return
    if (this.#slots.size === this.#limit) {
      const oldest = this.#slots.keys().next().value!
      this.#onEvicted(this.#ballot(oldest, this.#slots.get(oldest)!))
      this.close(oldest)
    }
    const slot = this.#free.pop()!
    this.#slots.set(id, slot)
    this.#openedMs[slot] = nowMs
    const from = slot * this.#rowBytes
    this.#voted.fill(0, from, from + this.#rowBytes)
    this.#refused.fill(0, from, from + this.#rowBytes)
  }

  /** @returns whether it is the node's first vote on this vertex, which is open */
  mark(id: VertexId, node: NodeIndex, refuses: boolean): boolean {
    const at = this.#slots.get(id)! * this.#rowBytes + (node >> 3)
    const bit = 1 << (node & 7)
    if ((this.#voted[at]! & bit) !== 0) return false
    this.#voted[at] = this.#voted[at]! | bit
    if (refuses) this.#refused[at] = this.#refused[at]! | bit
    return true
  }

  /** Forgets a vertex. @returns what was heard on it, good until the next one is opened */
  close(id: VertexId): Ballot | undefined {
    const slot = this.#slots.get(id)
    if (slot === undefined) return undefined
    this.#slots.delete(id)
    this.#free.push(slot)
    return this.#ballot(id, slot)
  }

  *all(): Iterable<Ballot> {
    for (const [id, slot] of this.#slots) yield this.#ballot(id, slot)
  }

  #ballot(id: VertexId, slot: number): Ballot {
    const from = slot * this.#rowBytes
    const isSet = (bits: Uint8Array, node: NodeIndex) => (bits[from + (node >> 3)]! & (1 << (node & 7))) !== 0
    return {
      id,
      openedMs: this.#openedMs[slot]!,
      has: node => isSet(this.#voted, node),
      refuses: node => isSet(this.#refused, node),
    }
  }
}
