import { getOrInsert } from './get-or-insert.ts'
import type { NodeIndex } from './types.ts'

/** Queries to one peer that have no answer yet: with more of them a slow peer would only get slower. */
const perPeerMax = 2

/** Queries that have neither been answered nor become overdue, by peer. */
export class Outstanding {
  /** When each was asked, by poll. */
  readonly #asked = new Map<NodeIndex, Map<number, number>>()

  /** @returns false when the peer has as many as it may: it is not to be asked */
  add(peer: NodeIndex, poll: number, nowMs: number): boolean {
    const asked = getOrInsert(this.#asked, peer, () => new Map<number, number>())
    if (asked.size >= perPeerMax) return false
    asked.set(poll, nowMs)
    return true
  }

  /** It was answered. */
  delete(peer: NodeIndex, poll: number): void {
    this.#asked.get(peer)?.delete(poll)
  }

  /** Gives up what was asked so early. */
  expire(beforeMs: number): void {
    for (const asked of this.#asked.values()) {
      for (const [poll, askedMs] of asked) if (askedMs <= beforeMs) asked.delete(poll)
    }
  }
}
