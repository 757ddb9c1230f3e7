import type { Plan } from '../../model/plan.ts'
import type { Load } from './cost-model.ts'

/** Nodes that are linked with everybody where not all are. */
const collectorsMax = 8

/** The network of a plan, with the second containers of twins, which check as much as any other. */
export function networkOf({
  nodes,
  consensus,
  tuning,
}: Pick<Plan, 'nodes' | 'consensus' | 'tuning'>): Omit<Load, 'rate' | 'batchMs'> {
  const collectors = tuning.fullMesh ? nodes.length : Math.min(nodes.length, collectorsMax)
  return { nodes: nodes.length, alpha: consensus.alpha, collectors }
}

/** The network of a plan and its load. */
export function loadOf(plan: Pick<Plan, 'nodes' | 'consensus' | 'tuning' | 'workload'>): Load {
  return { ...networkOf(plan), rate: plan.workload.rate, batchMs: plan.workload.batchMs }
}
