import type { Behaviour } from '../../model/behaviour.ts'
import type { Witness } from '../../model/event.ts'
import type { Attestation, FaultActions } from '../fault-actions.ts'
import { attest, describe } from '../sight/attest.ts'
import { since } from '../sight/sight.ts'
import { NodeSetting } from './node-setting.ts'
import type { FaultPorts, NodeGroup } from './ports.ts'

/** A fault that is in force. */
interface Held {
  readonly targets: readonly number[]
  readonly behaviour: Behaviour
  readonly beganMs: number
  /** What correct nodes had seen when it began. */
  readonly before: readonly Witness[]
}

/**
 * Nodes that are Byzantine for a while, switched through their own test control and asked what they are afterwards. Their word is not
 * enough: before they are correct again, correct nodes tell what they saw of them meanwhile, and it must be what such a behaviour
 * leaves (chaos/sight). Of several such faults on one node the latest counts, and then what the plan has for it.
 */
export function behaviourFaults({
  containers,
  time,
  behaviours,
  feed,
}: Pick<FaultPorts, 'time' | 'behaviours' | 'feed'> & { readonly containers: NodeGroup }): FaultActions {
  const seen = new Map<string, Held>()
  const meant = (node: number, held: readonly Behaviour[]) =>
    held.at(-1) ?? required(behaviours).planned[node]
  const switched = new NodeSetting<Behaviour>({ containers, time }, (node, held) =>
    required(behaviours).set(node, meant(node, held)),
  )

  return {
    inject: async occurrence => {
      const { id, fault, targets } = occurrence
      if (fault.kind !== 'behaviour') return
      const behaviour = { ...fault.as, seed: id, group: targets }
      await switched.hold(occurrence, behaviour)
      seen.set(id, { targets, behaviour, beganMs: time.now(), before: await witnesses(targets, 0) })
    },
    look: async ({ id }) => {
      const fault = seen.get(id)
      if (!fault) return undefined
      const { peers } = required(behaviours)
      const { targets, behaviour, beganMs, before } = fault
      const running: number[] = []
      for (const node of targets)
        if (switched.of(node).at(-1) === behaviour && (await containers.stateOf(node)) === 'running')
          running.push(node)
      if (running.length === 0) return { holds: true, evidence: 'none of them runs and behaves so any more' }
      const seenNow = await witnesses(targets, peers.votesUnderWayMs)
      const told = seenNow.map(after =>
        since(
          before.find(({ node }) => node === after.node),
          after,
        ),
      )
      const liars = running.map(node => ({ node, behaviour }))
      const window = {
        nodes: peers.nodes,
        byzantine: peers.byzantine,
        windowMs: time.now() - beganMs,
      }
      const attested = attest(liars, told, window)
      return { holds: attested.liars.every(({ is }) => is !== 'unseen'), evidence: describe(attested) }
    },
    heal: async occurrence => {
      seen.delete(occurrence.id)
      await switched.release(occurrence)
    },
    /** A process that was started anew has what its file says. */
    restarted: nodes => switched.setAgain(nodes),
    hold: ({ targets }, watch) => switched.watch(targets, watch, feed, read),
    attest: ({ targets }) => read(targets),
  }

  async function read(targets: readonly number[]): Promise<Attestation> {
    const told = await Promise.all(
      targets.map(async node => ({ node, name: await required(behaviours).read(node) })),
    )
    return {
      holds: told.every(({ node, name }) => name === (meant(node, switched.of(node))?.name ?? 'correct')),
      evidence: told.map(({ node, name }) => `${containers.places[node]!.name} is ${name}`).join(', '),
    }
  }

  /** What correct peers tell; whoever does not answer, as a node that is frozen, is left out. */
  async function witnesses(liars: readonly number[], ageMs: number): Promise<Witness[]> {
    const { peers, witness } = required(behaviours)
    const told = await Promise.all(
      peers.witnessesOf(liars).map(node => witness(node, ageMs).catch(() => undefined)),
    )
    return told.filter(each => each !== undefined)
  }
}

function required(behaviours: FaultPorts['behaviours']) {
  if (behaviours) return behaviours
  throw new Error('these containers have no behaviour that can be switched')
}
