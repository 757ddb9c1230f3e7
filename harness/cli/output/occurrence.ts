import { formatDuration } from '../../../model/duration.ts'
import { type Occurrence, writeFault } from '../../../model/fault.ts'
import { nameNodes } from '../../../model/node-names.ts'

const said = ['kind', 'targets', 'to', 'at', 'every', 'mean', 'from', 'until', 'for', 'gap', 'cut', 'matrix']

/** `fault  loss-1 at 8.0 s for 10s: node-3 and node-7, share 5%` */
export function describeOccurrence(occurrence: Occurrence, nameOf?: (node: number) => string): string {
  const { id, fault, atMs, forMs, targets, to } = occurrence
  const names = (nodes: readonly number[]) =>
    nameNodes(
      nodes.map(node => ({ node })),
      10,
      nameOf,
    )
  const whom =
    fault.kind === 'partition'
      ? sides(occurrence, names)
      : fault.kind === 'wan'
        ? 'all links'
        : names(targets)
  const details = Object.entries(writeFault(fault)).filter(([key]) => !said.includes(key))
  const told = details.map(([key, value]) => `, ${key} ${value}`).join('')
  const whither = to === undefined ? '' : `, to ${names(to)}`
  return `  fault      ${id} at ${(atMs / 1000).toFixed(1)} s for ${formatDuration(forMs)}: ${whom}${whither}${told}`
}

function sides({ fault, targets }: Occurrence, names: (nodes: readonly number[]) => string): string {
  if (fault.kind !== 'partition') return ''
  if (fault.cut === 'ring') return 'ring'
  const first = fault.cut === 'minority' ? Math.ceil(targets.length / 2) - 1 : Math.floor(targets.length / 2)
  const side = (from: number, to?: number) => names(targets.slice(from, to).toSorted((a, b) => a - b))
  const between = fault.cut === 'one-way' ? 'unheard by' : 'from'
  if (fault.cut === 'bridge')
    return `bridge, ${side(0, first)} ${between} ${side(first, -1)} but for ${side(-1)}`
  return `${fault.cut}, ${side(0, first)} ${between} ${side(first)}`
}
