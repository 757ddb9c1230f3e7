import { getOrInsert } from '../consensus/get-or-insert.ts'
import type { VertexId } from '../consensus/types.ts'
import type { Pull } from '../wire/frame.ts'
import type { NodeIndex } from './ports.ts'

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

  /** Single vertices go with what else is missing, a stretch at once. */
  add(hint: NodeIndex, { ids, locator }: Pull): void {
    if (locator) {
      if (this.#peers.has(hint)) this.#send(hint, { ids, locator })
      return
    }
    if (this.#idsOf.size === 0) queueMicrotask(() => this.#flush())
    const waiting = getOrInsert(this.#idsOf, hint, () => new Set<VertexId>())
    for (const id of ids) waiting.add(id)
  }

  #flush(): void {
    const waiting = this.#idsOf
    this.#idsOf = new Map()
    if (this.#peers.size === 0) return
    for (const [hint, ids] of waiting) {
      this.#turn += 1
      // Every third time somebody else is asked, in case the hinted node does not serve.
      const hinted = this.#peers.has(hint) && this.#turn % 3 !== 0
      const peer = hinted ? hint : [...this.#peers][this.#turn % this.#peers.size]!
      this.#send(peer, { ids: [...ids] })
    }
  }
}
