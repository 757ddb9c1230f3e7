import type { NodeIndex, VertexId } from './types.ts'

/** Whom to ask for what this node lacks, and up to where. */
export interface Stretch {
  readonly from: NodeIndex
  readonly upTo: readonly VertexId[]
}

/**
 * A node far behind fetches whole stretches of the DAG from one peer, oldest first, until it has the tips that this
 * peer told of. One stretch at a time: what it brings is most of what any other peer would bring.
 */
export class CatchUp {
  readonly #patienceMs: number
  #stretch: Stretch | undefined
  #askedMs = 0
  #isAnswering = false

  /** @param patienceMs a peer that has not answered for so long is given up for the next one, milliseconds */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs
  }

  /** Whether a peer is expected to send more of a stretch. */
  isWaiting(nowMs: number): boolean {
    return this.#isAnswering && nowMs - this.#askedMs < this.#patienceMs
  }

  /** A peer is far ahead. @returns what to ask it for, unless an earlier one still answers */
  hear(ahead: Stretch, nowMs: number): Stretch | undefined {
    if (this.#stretch && nowMs - this.#askedMs < this.#patienceMs) return undefined
    this.#stretch = ahead
    this.#askedMs = nowMs
    this.#isAnswering = true
    return ahead
  }

  /** An answer has been worked through. @returns what to ask on for at once */
  advance(
    answer: { readonly from: NodeIndex; readonly fresh: number; readonly nowMs: number },
    has: (id: VertexId) => boolean,
  ): Stretch | undefined {
    if (this.#stretch?.from !== answer.from) return undefined
    const upTo = this.#stretch.upTo.filter(id => !has(id))
    this.#stretch = upTo.length > 0 ? { from: answer.from, upTo } : undefined
    this.#isAnswering = this.#stretch !== undefined && answer.fresh > 0
    // Nothing new in it: this peer has no more, or what it sends is known; the next one that speaks up is asked.
    if (answer.fresh === 0) return undefined
    this.#askedMs = answer.nowMs
    return this.#stretch
  }
}
