import { type Plan, voters } from '../../model/plan.ts'

/** Behaviours of which a vote may be heard for each side of a double-spend. */
const forBoth = [
  ...['two-faced', 'balancing', 'feed-then-flip', 'equivocate', 'twin', 'always-accept', 'random-vote'],
]
/** Behaviours that have nothing to do without double-spends. */
const livingOnConflicts = ['two-faced', 'balancing', 'feed-then-flip']

/** What somebody may not have meant who wrote such a plan, a sentence each. */
export function cautionsOf(plan: Pick<Plan, 'nodes' | 'consensus' | 'faults' | 'workload'>): string[] {
  const { workload, consensus } = plan
  const roster = voters(plan.nodes)
  const names = behaviourNames(plan, roster)
  const both = [...names.values()].filter(set => forBoth.some(name => set.has(name))).length
  const least = roster.length - 2 * consensus.f
  const idle = [...names.values()].filter(set => livingOnConflicts.some(name => set.has(name))).length
  return [
    ...(consensus.rule === 'census' && both >= least
      ? [
          `${both} nodes may vote for both sides of a double-spend; from N - 2f = ${least} on both may be accepted`,
        ]
      : []),
    ...(idle > 0 && workload.conflictShare === 0
      ? [`${idle} nodes attack double-spends, of which there are none: conflicts are 0 %`]
      : []),
  ]
}

/** What each Byzantine node is, from its start or by a fault at some time. */
function behaviourNames(
  { faults }: Pick<Plan, 'faults'>,
  roster: Plan['nodes'],
): ReadonlyMap<number, ReadonlySet<string>> {
  const names = new Map<number, Set<string>>()
  const add = (node: number, name: string) => names.set(node, (names.get(node) ?? new Set()).add(name))
  for (const { index, behaviour, twin } of roster) {
    if (behaviour) add(index, behaviour.name)
    if (twin) add(index, 'twin')
  }
  for (const { fault, targets } of faults)
    if (fault.kind === 'behaviour') for (const node of targets) add(node, fault.as.name)
  return names
}
