import { formatDuration } from '../../../model/duration.ts'
import { type Cut, type Links, type Occurrence, writeFault } from '../../../model/fault.ts'
import { describeHit, type Hit, hitBy } from '../../../model/hit.ts'
import { nameNode, nameNodes, nameRanges } from '../../../model/node-names.ts'
import type { Plan } from '../../../model/plan.ts'

const said = ['kind', 'targets', 'to', 'at', 'every', 'mean', 'from', 'until', 'for', 'gap', 'cut', 'matrix']

type NameOf = (node: number) => string

/**
 * `fault  loss-1 at 8.0 s for 10s: node-3 and node-7 (2 nodes, 1 of them a collector), share 5%`
 * @param plan left out for containers of another project
 */
export function describeOccurrence(
  occurrence: Occurrence,
  { nameOf, plan }: { readonly nameOf?: NameOf; readonly plan?: Plan },
): string {
  const { id, fault, atMs, forMs, targets, to, cutLinks = [] } = occurrence
  const names = (nodes: readonly number[]) =>
    nameNodes(
      nodes.map(node => ({ node })),
      10,
      nameOf,
    )
  const hit = (nodes: readonly number[]) => plan && hitBy(plan, [{ fault, targets: nodes }])
  const told = hit(targets)
  const whom =
    fault.kind === 'partition'
      ? sides({ cut: fault.cut, order: targets, links: cutLinks }, { nameOf, hit })
      : fault.kind === 'wan'
        ? 'all links'
        : names(targets) + (told ? ` (${describeHit(told)})` : '')
  const details = Object.entries(writeFault(fault)).filter(([key]) => !said.includes(key))
  const more = details.map(([key, value]) => `, ${key} ${value}`).join('')
  const whither = to === undefined ? '' : `, to ${names(to)}`
  return `  fault      ${id} at ${(atMs / 1000).toFixed(1)} s for ${formatDuration(forMs)}: ${whom}${whither}${more}`
}

/** Who is on which side: all of them, for who is where decides what a cut does. */
function sides(
  { cut, order, links }: { cut: Cut; order: readonly number[]; links: readonly Links[] },
  { nameOf, hit }: { nameOf: NameOf | undefined; hit: (nodes: readonly number[]) => Hit | undefined },
): string {
  const side = (nodes: readonly number[]) => {
    const inOrder = nodes.toSorted((a, b) => a - b)
    const all = nameOf ? inOrder.map(nameOf).join(', ') : nameRanges(inOrder)
    const count = hit(nodes)
    return `${count ? describeHit(count) : nodes.length} (${all})`
  }
  if (cut === 'ring') return `ring in the order ${order.map(node => nameOf?.(node) ?? node).join(', ')}`
  const [{ from, to }] = links as [Links]
  const between = cut === 'one-way' ? 'unheard by' : 'from'
  const bridge = cut === 'bridge' ? ` but for ${(nameOf ?? nameNode)(order.at(-1)!)}` : ''
  return `${cut}, ${side(from)} ${between} ${side(to)}${bridge}`
}
