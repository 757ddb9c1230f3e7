/** `node-3, node-7 and 12 more`: `most` of the nodes by the names that people know them by. */
export function nameNodes(
  nodes: readonly { readonly node: number }[],
  most = 3,
  nameOf: (node: number) => string = node => `node-${node}`,
): string {
  const shown = nodes.slice(0, most).map(({ node }) => nameOf(node))
  const more = nodes.length - shown.length
  const last = more > 0 ? `${more} more` : shown.pop()
  return shown.length === 0 ? (last ?? '') : `${shown.join(', ')} and ${last}`
}

/** What nodes are called, by index: the second containers of these twins come after all others. */
export function namesOf(count: number, twins: readonly number[] = []): string[] {
  const first = count - twins.length
  return Array.from({ length: count }, (_, node) =>
    node < first ? `node-${node}` : `node-${twins[node - first]}-twin`,
  )
}
