import type { Gossip } from '../consensus/input.ts'
import type { Behaviour } from './behaviour.ts'

const remembered = 256

/** Tells its peers the frontier it had so long ago, milliseconds. */
export function stale({ by }: { by: number }): Behaviour {
  const told: { readonly atMs: number; readonly gossip: Gossip }[] = []
  return {
    gossip: (gossip, nowMs) => {
      told.push({ atMs: nowMs, gossip })
      while (told.length > remembered || (told[1] && told[1].atMs <= nowMs - by)) told.shift()
      return told[0]!.gossip
    },
  }
}
