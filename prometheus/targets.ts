import { controlAddress, identityOf, type Plan, type PlannedNode } from '../model/plan.ts'

/** One entry of a file_sd file: what to scrape, and the labels that all of its samples get. */
export interface TargetGroup {
  readonly targets: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/** Every node of the plan at its address, with what it is called and what it is. */
export function scrapeTargets({
  nodes,
  byzantine = [],
}: Pick<Plan, 'nodes' | 'byzantine'>): readonly TargetGroup[] {
  return nodes.map(node => ({
    targets: [controlAddress(node)],
    labels: labelsOf(node, byzantine.includes(identityOf(node))),
  }))
}

/**
 * `role` is correct or byzantine; who is so during a fault counts as Byzantine all the time. Prometheus takes a label that is empty for one
 * that is not there.
 */
function labelsOf(
  { name, index, region = '', behaviour, build, twin }: PlannedNode,
  isByzantine: boolean,
): Record<string, string> {
  const role = isByzantine ? 'byzantine' : 'correct'
  const shown = twin ? 'twin' : (behaviour?.name ?? build?.image ?? '')
  return { node: name, index: String(index), role, region, behaviour: shown }
}
