import type { DigestEvent } from '../model/event.ts'

/**
 * Which digests are to be read again: those that count other than what the node's stream brought, and those that differ
 * from the most common one.
 * @param told accepted transactions that the stream of a node brought
 */
export function outOfStep(
  digests: readonly DigestEvent[],
  told: (node: number) => number,
): { readonly lagging: readonly number[]; readonly differing: readonly number[] } {
  const isLagging = ({ node, accepted }: DigestEvent) => accepted !== told(node)
  const groups = [...Map.groupBy(digests, ({ digest }) => digest).entries()]
  const [common] = groups.reduce((most, group) => (group[1].length > most[1].length ? group : most), ['', []])
  const isDiffering = (event: DigestEvent) => !isLagging(event) && event.digest !== common
  const nodesOf = (events: readonly DigestEvent[]) => events.map(({ node }) => node)
  return { lagging: nodesOf(digests.filter(isLagging)), differing: nodesOf(digests.filter(isDiffering)) }
}
