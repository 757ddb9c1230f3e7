import type { Regions } from '../../model/region.ts'

/**
 * The region of each node.
 * @throws RangeError naming the region that has a node which is not there, or which another one has too
 */
export function assignRegions(regions: Regions, nodes: number): string[] {
  if (Array.isArray(regions)) {
    if (regions.length > nodes)
      throw new RangeError(`${regions.length} regions for ${nodes} nodes: some would be empty`)
    return Array.from({ length: nodes }, (_, node) => regions[Math.floor((node * regions.length) / nodes)]!)
  }
  const regionOf = new Map<number, string>()
  for (const [name, ranges] of Object.entries(regions)) {
    for (const node of indexes(ranges)) {
      const other = regionOf.get(node)
      if (node >= nodes) throw new RangeError(`${name} has node-${node}, but there are ${nodes} nodes`)
      if (other !== undefined) throw new RangeError(`${name} and ${other} overlap: both have node-${node}`)
      regionOf.set(node, name)
    }
  }
  return Array.from({ length: nodes }, (_, node) => {
    const region = regionOf.get(node)
    if (region === undefined) throw new RangeError(`node-${node} is in no region`)
    return region
  })
}

function indexes(ranges: string): number[] {
  return ranges.split(',').flatMap(range => {
    const [first, last = first] = range.trim().split('-').map(Number)
    if (last! < first!) throw new RangeError(`${range.trim()} goes backwards`)
    return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i)
  })
}
