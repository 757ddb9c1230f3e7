import { identityOf, isSecond, type PlannedNode } from '../../model/plan.ts'
import { stream } from '../../model/random.ts'

/** An identity with two containers, and who is linked with which. */
export interface TwinPair {
  readonly node: number
  readonly halves: readonly [readonly number[], readonly number[]]
}

/**
 * Parts the network in two for each twin: one half is linked with its first container, the other with its second. Twins of a group part
 * the others alike, and any two twins meet first with first and second with second.
 *
 * @param groups twins that act together, with the seed of each group
 * @returns in the order of their nodes, which is that of their second containers
 */
export function partTwins(
  groups: readonly { readonly seed: string; readonly twins: readonly number[] }[],
  nodes: number,
): TwinPair[] {
  const all = new Set(groups.flatMap(({ twins }) => twins))
  const others = Array.from({ length: nodes }, (_, node) => node).filter(node => !all.has(node))
  return groups
    .flatMap(({ seed, twins }) => {
      const order = stream(seed, 'twins').shuffled(others)
      const middle = Math.ceil(order.length / 2)
      const ascending = (half: readonly number[]) => half.toSorted((a, b) => a - b)
      const halves = [ascending(order.slice(0, middle)), ascending(order.slice(middle))] as const
      return twins.map(node => ({ node, halves }))
    })
    .sort((a, b) => a.node - b.node)
}

/** Where a node finds the twins that it is linked with the second container of; the roster has the first ones. */
export function elsewhere(
  node: PlannedNode,
  nodes: readonly PlannedNode[],
): { readonly index: number; readonly address: string }[] {
  const meetsSecond = (second: PlannedNode) =>
    node.twin ? isSecond(node) : second.twin!.linkedWith.includes(node.index)
  return nodes
    .filter(other => isSecond(other) && meetsSecond(other))
    .map(other => ({ index: identityOf(other), address: other.address }))
}

/** Nodes that are linked with its twin and not with it. */
export function strangers({ twin }: PlannedNode, nodes: readonly PlannedNode[]): number[] {
  if (!twin) return []
  const linked = new Set(twin.linkedWith)
  return nodes.filter(other => !other.twin && !linked.has(other.index)).map(({ index }) => index)
}
