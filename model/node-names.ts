export function nameNode(node: number): string {
  return `node-${node}`
}

/** `node-3, node-7 and 12 more`: `most` of the nodes by the names that people know them by. */
export function nameNodes(
  nodes: readonly { readonly node: number }[],
  most = 3,
  nameOf: (node: number) => string = nameNode,
): string {
  const shown = nodes.slice(0, most).map(({ node }) => nameOf(node))
  const more = nodes.length - shown.length
  const last = more > 0 ? `${more} more` : shown.pop()
  return shown.length === 0 ? (last ?? '') : `${shown.join(', ')} and ${last}`
}

/** What nodes are called, by index: the second instances of these twins come after all others. */
export function namesOf(count: number, twins: readonly number[] = []): string[] {
  const first = count - twins.length
  return Array.from({ length: count }, (_, node) =>
    node < first ? `node-${node}` : `node-${twins[node - first]}-twin`,
  )
}

/** `node-0 to node-3, node-7`: all of these nodes, which are in ascending order. */
export function nameRanges(nodes: readonly number[]): string {
  const isFirst = (node: number, i: number) => nodes[i - 1] !== node - 1
  const firsts = [...nodes.keys()].filter(i => isFirst(nodes[i]!, i))
  const ranges = firsts.map((begin, i) => nodes.slice(begin, firsts[i + 1]))
  const name = (range: readonly number[]) => {
    const [first, last] = [nameNode(range[0]!), nameNode(range.at(-1)!)]
    if (range.length === 1) return first
    return range.length === 2 ? `${first}, ${last}` : `${first} to ${last}`
  }
  return ranges.map(name).join(', ')
}
