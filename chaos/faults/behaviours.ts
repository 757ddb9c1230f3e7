import type { Behaviour } from '../../model/behaviour.ts'
import type { FaultActions } from '../nemesis.ts'
import type { FaultPorts } from './ports.ts'
import { all } from './processes.ts'
import { setNode } from './set-node.ts'

/**
 * Nodes that are Byzantine for a while, switched through their own test control and asked what they are afterwards; what they then do is
 * seen by their peers (GET /evidence). Of several such faults on one node the latest counts, and then what the plan has for it.
 */
export function behaviourFaults({
  containers,
  behaviours,
}: FaultPorts): FaultActions & { reapply(nodes: readonly number[]): Promise<void> } {
  const held = new Map<string, { readonly targets: readonly number[]; readonly behaviour: Behaviour }>()
  const meant = (node: number) =>
    [...held.values()].findLast(({ targets }) => targets.includes(node))?.behaviour ??
    required(behaviours).planned[node]

  return {
    inject: async ({ id, fault, targets }) => {
      if (fault.kind !== 'behaviour') return
      held.set(id, { targets, behaviour: { ...fault.as, seed: id, group: targets } })
      await all(targets, set)
    },
    heal: async ({ id, targets }) => {
      held.delete(id)
      await all(targets, set)
    },
    attest: async ({ targets }) => {
      const read = await Promise.all(
        targets.map(async node => ({ node, name: await required(behaviours).read(node) })),
      )
      return {
        holds: read.every(({ node, name }) => name === (meant(node)?.name ?? 'correct')),
        evidence: read.map(({ node, name }) => `${containers.places[node]!.name} is ${name}`).join(', '),
      }
    },
    /** A process that was started anew has what its file says. */
    reapply: async nodes => {
      await all(
        nodes.filter(node => [...held.values()].some(({ targets }) => targets.includes(node))),
        set,
      )
    },
  }

  function set(node: number): Promise<void> {
    return setNode(containers, node, () => required(behaviours).set(node, meant(node)))
  }
}

function required(behaviours: FaultPorts['behaviours']) {
  if (behaviours) return behaviours
  throw new Error('these containers have no behaviour that can be switched')
}
