import type { Links } from '../../model/fault.ts'

/**
 * How many nodes that take part hear fewer than so many, themselves included, where some links carry nothing. Whom a node does not hear
 * and who does not hear it are no use to it alike. Nodes that the same cuts hit hear equally many, so blocks of them are counted: halves
 * are one pair of blocks, where 500 nodes are 62,500 pairs.
 * @param silent nodes that take no part
 */
export function deafNodes(
  severed: readonly Links[],
  { nodes, silent, least }: { nodes: number; silent: ReadonlySet<number>; least: number },
): number {
  const blockOf = blocksOf([[...silent], ...severed.flatMap(({ from, to }) => [from, to])], nodes)
  const sizes: number[] = []
  for (const block of blockOf) sizes[block] = (sizes[block] ?? 0) + 1
  const isCut = cutBlocks(severed, blockOf, sizes.length)
  const isSilent = new Set([...silent].map(node => blockOf[node]!))
  const heardBy = (one: number) =>
    sizes.reduce(
      (sum, size, other) => (isSilent.has(other) || isCut(one, other) ? sum : sum + size),
      // Links within a block may be cut, but nobody is cut from itself.
      isCut(one, one) ? 1 : 0,
    )
  return sizes.reduce((sum, size, one) => (!isSilent.has(one) && heardBy(one) < least ? sum + size : sum), 0)
}

/** The block of each node, numbered from 0: nodes of one block are in the same of these groups. */
function blocksOf(groups: readonly (readonly number[])[], nodes: number): number[] {
  const blockOf = new Array<number>(nodes).fill(0)
  let next = 1
  // Small groups soon part everybody, and then large ones have nothing to tell apart.
  for (const group of groups.toSorted((a, b) => a.length - b.length)) {
    if (group.length > 1 && new Set(blockOf).size === nodes) break
    const parted = new Map<number, number>()
    for (const node of group) {
      const block = blockOf[node]!
      if (!parted.has(block)) parted.set(block, next++)
      blockOf[node] = parted.get(block)!
    }
  }
  const numbers = new Map([...new Set(blockOf)].map((block, number) => [block, number]))
  return blockOf.map(block => numbers.get(block)!)
}

function cutBlocks(severed: readonly Links[], blockOf: readonly number[], blocks: number) {
  const cut = new Uint8Array(blocks * blocks)
  for (const { from, to } of severed) {
    const receiving = new Set(to.map(node => blockOf[node]!))
    for (const node of from) {
      const a = blockOf[node]!
      for (const b of receiving) cut[a * blocks + b] = cut[b * blocks + a] = 1
    }
  }
  return (one: number, other: number) => cut[one * blocks + other] === 1
}
