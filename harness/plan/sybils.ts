import { controlPort, meshPort, type PlannedNode } from '../../model/plan.ts'

/** Who lives where: the container's own node by each other one that it runs as well. */
export type Hosts = ReadonlyMap<number, number>

/** Puts nodes together, so many into a container, in their order; the lowest one gives it its name. What is left over is together too. */
export function crowd(nodes: readonly number[], identities: number): Hosts {
  const order = nodes.toSorted((a, b) => a - b)
  return new Map(
    order.flatMap((node, i) => (i % identities === 0 ? [] : [[node, order[i - (i % identities)]!] as const])),
  )
}

/** Where a node listens in somebody else's container: everybody who lives there has ports of their own. */
export function lodge(node: number, hosts: Hosts): Required<Pick<PlannedNode, 'host'>> | undefined {
  const index = hosts.get(node)
  if (index === undefined) return undefined
  const lodgers = [...hosts].filter(([, host]) => host === index).map(([lodger]) => lodger)
  const place = lodgers.indexOf(node) + 1
  return { host: { index, controlPort: controlPort + place, meshPort: meshPort + place } }
}
