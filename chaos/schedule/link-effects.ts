import type { LinkFault, Links, Occurrence } from '../../model/fault.ts'
import { perfect, type Quality } from '../../model/quality.ts'
import { matrixOf, roundTripMs } from './matrices.ts'
import { isolation } from './partition.ts'

/** What a fault does to links. */
export interface LinkEffect {
  readonly links: Links
  /** Nothing passes. */
  readonly isBlocked: boolean
  /** Share of packets that are dropped where they arrive. */
  readonly loss: number
  /** Share of packets that are sent twice. */
  readonly duplicate: number
  readonly quality: Quality
  /** Nodes that are cut from everything else, too: the host, and whoever is on their networks. */
  readonly alone?: readonly number[]
}

const none = { isBlocked: false, loss: 0, duplicate: 0, quality: perfect } as const

/** What an occurrence of a fault of links does, in a network of these nodes, which are in these regions. */
export function effectsOf(
  occurrence: Occurrence & { readonly fault: LinkFault },
  network: {
    readonly nodes: readonly number[]
    readonly regions?: readonly string[] | undefined
    /** Whether an isolated node is cut from more than the other nodes. */
    readonly isolation?: 'group' | 'everything' | undefined
  },
): LinkEffect[] {
  const { fault, targets, to, cutLinks } = occurrence
  const links: Links = { from: targets, to: to ?? network.nodes }
  const quality = (change: Partial<Quality>): LinkEffect[] => [
    { ...none, links, quality: { ...perfect, ...change } },
  ]
  switch (fault.kind) {
    case 'partition':
      if (cutLinks === undefined)
        throw new TypeError(`${occurrence.id}: a partition without the links it cuts`)
      return cutLinks.map(cut => ({ ...none, links: cut, isBlocked: true }))
    case 'isolate':
      return isolation(targets, network.nodes).map(cut => ({
        ...{ ...none, links: cut, isBlocked: true },
        ...(network.isolation === 'everything' ? { alone: targets } : {}),
      }))
    case 'delay':
      return quality({ delayMs: fault.by, jitterMs: fault.jitter, distribution: fault.distribution })
    case 'loss':
      return [{ ...none, links, loss: fault.share }]
    case 'duplicate':
      return [{ ...none, links, duplicate: fault.share }]
    case 'corrupt':
      return quality({ corrupt: fault.share })
    case 'reorder':
      return quality({ delayMs: fault.by, reorder: fault.share })
    case 'rate':
      return quality({ bitsPerSecond: fault.bandwidth })
    case 'wan':
      return wan(fault.matrix, network)
  }
}

/** One effect for each direction between two regions: each end delays what it sends by half of the round trip. */
function wan(
  given: Parameters<typeof matrixOf>[0],
  { nodes, regions = [] }: Parameters<typeof effectsOf>[1],
): LinkEffect[] {
  const matrix = matrixOf(given)
  const nodesOf = Map.groupBy(nodes, node => regions[node]!)
  return [...nodesOf].flatMap(([here, from]) =>
    [...nodesOf].flatMap(([there, to]) => {
      const delayMs = (roundTripMs(matrix, here, there) ?? 0) / 2
      return delayMs === 0 ? [] : [{ ...none, links: { from, to }, quality: { ...perfect, delayMs } }]
    }),
  )
}
