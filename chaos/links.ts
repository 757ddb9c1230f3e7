import type { ShapeRequest } from '../model/shaper.ts'
import type { BlockedLink } from './partition.ts'

/** Where a node is found on the network, by its index. */
export interface Place {
  readonly name: string
  /** IPv4 address on the mesh. */
  readonly address: string
  /** Full id of its container. */
  readonly container: string
}

/** Which occurrences block which links. Two faults on one link compose: it carries again when the last has let go. */
export class LinkHolds {
  readonly #held = new Map<string, readonly BlockedLink[]>()

  get size(): number {
    return this.#held.size
  }

  add(id: string, links: readonly BlockedLink[]): void {
    this.#held.set(id, links)
  }

  remove(id: string): void {
    this.#held.delete(id)
  }

  /** Whether what `from` sends does not reach `to`. */
  blocks(): (link: BlockedLink) => boolean {
    const blocked = new Set([...this.#held.values()].flat().map(keyOf))
    return link => blocked.has(keyOf(link))
  }

  /** The whole network as it is to be now, as one document for the shaper. Both ends of a link drop what it carries. */
  desired(places: readonly Place[]): Pick<ShapeRequest, 'sets' | 'namespaces'> {
    const from = places.map(() => new Set<number>())
    const to = places.map(() => new Set<number>())
    for (const link of [...this.#held.values()].flat()) {
      from[link.to]!.add(link.from)
      to[link.from]!.add(link.to)
    }
    const sets: string[][] = []
    const known = new Map<string, number>()
    const indexOf = (nodes: ReadonlySet<number>) => {
      const sorted = [...nodes].sort((a, b) => a - b)
      const key = sorted.join()
      const index = known.get(key) ?? sets.push(sorted.map(node => places[node]!.address)) - 1
      known.set(key, index)
      return index
    }
    const namespaces = places.flatMap(({ name, container }, node) => {
      if (from[node]!.size + to[node]!.size === 0) return []
      return [{ name, container, from: indexOf(from[node]!), to: indexOf(to[node]!) }]
    })
    return { sets, namespaces }
  }
}

/**
 * Pairs to ping, at most `most` of each sort: links that are to carry nothing, and links that are to carry both ways. A ping needs
 * both directions, so a link whose way back alone is blocked tells nothing and is in neither.
 *
 * @param order nodes whose containers run, in the order in which pairs are chosen
 */
export function pairsToProbe(
  order: readonly number[],
  isBlocked: (link: BlockedLink) => boolean,
  most: number,
): { readonly across: BlockedLink[]; readonly inside: BlockedLink[] } {
  const across: BlockedLink[] = []
  const inside: BlockedLink[] = []
  // Far pairs first by stepping through the order, so that few probes meet many nodes.
  for (let step = 1; step < order.length; step += 1) {
    for (let i = 0; i < order.length && (across.length < most || inside.length < most); i += 1) {
      const link = { from: order[i]!, to: order[(i + step) % order.length]! }
      const back = { from: link.to, to: link.from }
      if (isBlocked(link)) {
        if (across.length < most) across.push(link)
      } else if (!isBlocked(back) && inside.length < most) inside.push(link)
    }
  }
  return { across, inside }
}

function keyOf({ from, to }: BlockedLink): string {
  return `${from}>${to}`
}
