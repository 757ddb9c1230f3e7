import type { Effect } from '../consensus/effect.ts'
import type { Gossip, Input } from '../consensus/input.ts'
import type { NodeIndex } from '../consensus/types.ts'
import type { Act } from './act.ts'

/**
 * How a Byzantine node differs from a correct one. Its replica stays the correct core: a behaviour hears what the core hears and
 * decides what becomes of each effect, one after the other. What is left out is as in a correct node.
 */
export interface Behaviour {
  /** Every input, after the core has taken it. */
  readonly hear?: (input: Input) => void
  /** What is done in place of one effect of the core. */
  readonly act?: (effect: Effect, nowMs: number) => readonly Act[]
  /** What is told of the own frontier; undefined: nothing. */
  readonly gossip?: (gossip: Gossip, nowMs: number) => Gossip | undefined
  /** Whether a peer that asks for vertices gets them. */
  readonly serves?: (nowMs: number) => boolean
  /** Whether it sends certificates of the votes it has collected. */
  readonly certifies?: (nowMs: number) => boolean
  /** Whether it issues what others entrust it with; its own vertices have its vote. */
  readonly issues?: (nowMs: number) => boolean
  /** Whether the votes in the store are forgotten when the node starts. */
  readonly forgets?: boolean
}

/** What a behaviour is made from. */
export interface Surroundings {
  readonly self: NodeIndex
  readonly n: number
  /** Byzantine nodes that act together, this one among them. */
  readonly group: readonly NodeIndex[]
  /** Uniform in [0, 1), the same for the same name: chance that does not depend on the order of events. */
  readonly draw: (name: string) => number
}

/** All nodes but this one, ascending. */
export function peersOf({ self, n }: Surroundings): NodeIndex[] {
  return Array.from({ length: n }, (_, node) => node).filter(node => node !== self)
}

/** The nodes outside of the group in two halves, which every member of the group parts alike. */
export function halvesOf({ n, group, draw }: Surroundings): readonly [NodeIndex[], NodeIndex[]] {
  const others = Array.from({ length: n }, (_, node) => node)
    .filter(node => !group.includes(node))
    .map(node => ({ node, rank: draw(`half/${node}`) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ node }) => node)
  const middle = Math.ceil(others.length / 2)
  return [others.slice(0, middle), others.slice(middle)]
}
