import type { Behaviour } from '../../model/behaviour.ts'
import type { FaultActions } from '../nemesis.ts'
import { NodeSetting } from './node-setting.ts'
import type { FaultPorts } from './ports.ts'

/**
 * Nodes that are Byzantine for a while, switched through their own test control and asked what they are afterwards; what they then do is
 * seen by their peers (GET /evidence). Of several such faults on one node the latest counts, and then what the plan has for it.
 */
export function behaviourFaults({ containers, behaviours }: FaultPorts): FaultActions {
  const meant = (node: number, held: readonly Behaviour[]) =>
    held.at(-1) ?? required(behaviours).planned[node]
  const switched = new NodeSetting<Behaviour>(containers, (node, held) =>
    required(behaviours).set(node, meant(node, held)),
  )

  return {
    inject: async occurrence => {
      const { id, fault, targets } = occurrence
      if (fault.kind !== 'behaviour') return
      await switched.hold(occurrence, { ...fault.as, seed: id, group: targets })
    },
    heal: occurrence => switched.release(occurrence),
    /** A process that was started anew has what its file says. */
    restarted: nodes => switched.setAgain(nodes),
    attest: async ({ targets }) => {
      const read = await Promise.all(
        targets.map(async node => ({ node, name: await required(behaviours).read(node) })),
      )
      return {
        holds: read.every(({ node, name }) => name === (meant(node, switched.of(node))?.name ?? 'correct')),
        evidence: read.map(({ node, name }) => `${containers.places[node]!.name} is ${name}`).join(', '),
      }
    },
  }
}

function required(behaviours: FaultPorts['behaviours']) {
  if (behaviours) return behaviours
  throw new Error('these containers have no behaviour that can be switched')
}
