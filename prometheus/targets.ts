import { controlAddress, type Plan, type PlannedNode } from '../model/plan.ts'

/** One entry of a file_sd file: what to scrape, and the labels that all of its samples get. */
export interface TargetGroup {
  readonly targets: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/** Every node of the plan at its address, with what it is called and what it is. */
export function scrapeTargets({ nodes }: Pick<Plan, 'nodes'>): readonly TargetGroup[] {
  return nodes.map(node => ({
    targets: [controlAddress(node)],
    labels: labelsOf(node),
  }))
}

/** `role` is correct, byzantine or observer. Prometheus takes a label that is empty for one that is not there. */
function labelsOf({ name, index, region = '', behaviour, twin }: PlannedNode): Record<string, string> {
  const role = behaviour || twin ? 'byzantine' : 'correct'
  const shown = twin ? 'twin' : (behaviour?.name ?? '')
  return { node: name, index: String(index), role, region, behaviour: shown }
}
