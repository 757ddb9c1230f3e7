import type { Link, LinkState } from '../link-holds.ts'

/** Two nodes between which is measured, and how their links are meant to carry. */
export interface Pair {
  readonly link: Link
  readonly there: LinkState
  readonly back: LinkState
}

/** What can be seen of a pair: nothing passes, one direction passes, something is impaired, or nothing is. */
export type PairKind = 'silent' | 'one-way' | 'impaired' | 'free'

export function kindOf({ there, back }: Pair): PairKind {
  if (there.isBlocked && back.isBlocked) return 'silent'
  if (there.isBlocked || back.isBlocked) return 'one-way'
  return isFree(there) && isFree(back) ? 'free' : 'impaired'
}

/** Pairs that are meant to carry alike. */
export function likeness({ there, back }: Pair): string {
  return JSON.stringify([there, back])
}

const most = { ofEachSort: 8, inAll: 120 } as const

/**
 * Pairs to measure so that every sort of link is among them: at most 8 of each sort, and fewer of each where there are many,
 * as in a matrix of regions. No node is in two one-way pairs, because what arrives is counted by node.
 *
 * @param order nodes whose containers run, in the order in which pairs are chosen
 * @param isHit whether a pair is to be measured: those hit by a fault, or those that are not
 */
export function choosePairs(
  order: readonly number[],
  stateOf: (link: Link) => LinkState,
  isHit: (link: Link) => boolean,
): Pair[] {
  const bySort = new Map<string, Pair[]>()
  const busy = new Set<number>()
  // Far pairs first by stepping through the order, so that few probes meet many nodes.
  for (let step = 1; step < order.length; step += 1) {
    for (let i = 0; i < order.length; i += 1) {
      const link = { from: order[i]!, to: order[(i + step) % order.length]! }
      if (!isHit(link)) continue
      const pair = { link, there: stateOf(link), back: stateOf(reversed(link)) }
      const sort = likeness(pair)
      const chosen = bySort.get(sort) ?? []
      if (chosen.length >= most.ofEachSort) continue
      if (kindOf(pair) === 'one-way') {
        if (busy.has(link.from) || busy.has(link.to)) continue
        busy.add(link.from).add(link.to)
      }
      chosen.push(pair)
      bySort.set(sort, chosen)
    }
  }
  const each = Math.max(1, Math.floor(most.inAll / Math.max(1, bySort.size)))
  return [...bySort.values()].flatMap(pairs => pairs.slice(0, each))
}

export function reversed({ from, to }: Link): Link {
  return { from: to, to: from }
}

/** Whether nothing is done to a link. */
export function isFree({ isBlocked, loss, duplicate, quality }: LinkState): boolean {
  const { delayMs, jitterMs, corrupt, reorder, bitsPerSecond } = quality
  return (
    !isBlocked && loss + duplicate + delayMs + jitterMs + corrupt + reorder === 0 && bitsPerSecond === null
  )
}
