import { getOrInsert } from '../consensus/get-or-insert.ts'
import type { VertexId } from '../consensus/types.ts'
import type { Pull } from '../wire/frame.ts'
import type { NodeIndex } from './ports.ts'

/** A vertex to ask for: who has it, best first, and whether somebody was asked in vain. */
export interface Wish {
  readonly id: VertexId
  readonly holders: readonly NodeIndex[]
  readonly isRepeat: boolean
}

/** Pulls on their way, one frame a peer for all that was found missing at once: a burst of orphans makes a burst of pulls. */
export class OutgoingPulls {
  readonly #peers: ReadonlySet<NodeIndex>
  readonly #send: (peer: NodeIndex, pull: Pull) => void
  #idsOf = new Map<NodeIndex, Set<VertexId>>()
  #turn = 0

  /** @param peers who is connected, kept by the host */
  constructor(peers: ReadonlySet<NodeIndex>, send: (peer: NodeIndex, pull: Pull) => void) {
    this.#peers = peers
    this.#send = send
  }

  add(wish: Wish): void {
    const peer = this.#choose(wish)
    if (peer === undefined) return
    if (this.#idsOf.size === 0) queueMicrotask(() => this.#flush())
    getOrInsert(this.#idsOf, peer, () => new Set<VertexId>()).add(wish.id)
  }

  /** A stretch is asked for at once, and only of the peer that has it. */
  stretch(from: NodeIndex, { ids, locator }: Pull): void {
    if (this.#peers.has(from)) this.#send(from, { ids, locator })
  }

  #choose({ holders, isRepeat }: Wish): NodeIndex | undefined {
    const near = holders.filter(holder => this.#peers.has(holder))
    if (!isRepeat && near.length > 0) return near[0]
    this.#turn += 1
    // Every third time somebody else is asked, in case none of those serves.
    const from = near.length > 0 && this.#turn % 3 !== 0 ? near : [...this.#peers]
    return from[Math.floor(this.#turn / 3) % from.length]
  }

  #flush(): void {
    const waiting = this.#idsOf
    this.#idsOf = new Map()
    for (const [peer, ids] of waiting) this.#send(peer, { ids: [...ids] })
  }
}
