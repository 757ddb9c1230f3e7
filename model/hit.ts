import { z } from 'zod'
import { isOfNodes, type Occurrence } from './fault.ts'
import { collectorsOf, identityOf, type Plan } from './plan.ts'

/** How many nodes of the roster something is done to, and how many of these are collectors from the start. */
export const hitSchema = z.strictObject({ nodes: z.number(), collectors: z.number() })
export type Hit = z.infer<typeof hitSchema>

type Network = Pick<Plan, 'nodes' | 'succession'>

/** Counts nodes, the two instances of a twin once. @param indexes of `plan.nodes` */
export function hitAmong(plan: Network, indexes: readonly number[]): Hit {
  const identities = new Set(indexes.map(index => identityOf(plan.nodes[index]!)))
  const collectors = collectorsOf(plan).filter(node => identities.has(node))
  return { nodes: identities.size, collectors: collectors.length }
}

/** Counts the nodes that faults hit at some time. A fault of an instance hits whoever lives in it. */
export function hitBy(plan: Network, occurrences: readonly Pick<Occurrence, 'fault' | 'targets'>[]): Hit {
  const [ofNodes, ofInstances] = [new Set<number>(), new Set<number>()]
  for (const { fault, targets } of occurrences) {
    const hit = isOfNodes(fault) ? ofNodes : ofInstances
    for (const target of targets) hit.add(target)
  }
  const hit = plan.nodes.filter(
    ({ index, host }) => ofNodes.has(index) || ofInstances.has(host?.index ?? index),
  )
  return hitAmong(
    plan,
    hit.map(({ index }) => index),
  )
}

/** `10 nodes, 2 of them collectors` */
export function describeHit({ nodes, collectors }: Hit): string {
  if (nodes === 1) return `1 node, ${collectors === 1 ? 'a' : 'no'} collector`
  const share =
    collectors === 0
      ? 'no collector'
      : collectors === nodes
        ? 'all collectors'
        : `${collectors} of them ${collectors === 1 ? 'a collector' : 'collectors'}`
  return `${nodes} nodes, ${share}`
}
