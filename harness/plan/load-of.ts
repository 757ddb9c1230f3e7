import type { Plan } from '../../model/plan.ts'
import type { Load } from './cost-model.ts'

/** The network of a plan, with the second containers of twins, which check as much as any other. */
export function networkOf({
  nodes,
  consensus,
  succession,
}: Pick<Plan, 'nodes' | 'consensus' | 'succession'>): Pick<Load, 'nodes' | 'alpha' | 'collectors'> {
  return { nodes: nodes.length, alpha: consensus.alpha, collectors: succession.collectors }
}

/** The network of a plan and its load. */
export function loadOf(plan: Pick<Plan, 'nodes' | 'consensus' | 'succession' | 'tuning' | 'workload'>): Load {
  return { ...networkOf(plan), rate: plan.workload.rate, issueIntervalMs: plan.tuning.issueIntervalMs }
}
