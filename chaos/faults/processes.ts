import type { ContainerGroup, NodeState } from '../../model/backend.ts'
import type { Occurrence } from '../../model/fault.ts'
import { nameNodes } from '../../model/node-names.ts'
import type { Attestation, FaultActions } from '../nemesis.ts'
import { ProcessHolds } from './process-holds.ts'

/** Faults on the containers of a network, measured by what the engine says of them. */
export function processFaults(containers: ContainerGroup): FaultActions {
  const holds = new ProcessHolds()
  return {
    inject: async occurrence => {
      const { id, fault, targets } = occurrence
      const found = await Promise.all(
        targets.map(async target => ({
          target,
          is: await containers.stateOf(target),
          meant: holds.stateOf(target),
        })),
      )
      // What somebody else ended or froze is not ours to do, nor to undo.
      const [ours, others] = [found.filter(isAsMeant), found.filter(each => !isAsMeant(each))]
      const hit = ours.map(({ target }) => target)
      holds.add(id, fault.kind, hit)
      await moveAll({ ...occurrence, targets: hit })
      if (others.length === 0) return
      const told = others.map(({ target, is }) => `${containers.places[target]!.name} was ${is} before`)
      throw new Error(`${told.join(', ')}: it is left alone`)
    },
    heal: async occurrence => {
      holds.remove(occurrence.id)
      await moveAll(occurrence)
    },
    attest: occurrence => attest(occurrence),
  }

  async function moveAll({ targets, fault }: Occurrence): Promise<void> {
    const end = fault.kind === 'kill' ? 'kill' : 'stop'
    await all(targets, target => move(target, end))
  }

  /** Brings a container from the state it is in to the one that all faults on it together mean. */
  async function move(index: number, end: 'kill' | 'stop'): Promise<void> {
    const [is, meant] = [await containers.stateOf(index), holds.stateOf(index)]
    if (is === meant) return
    if (is !== 'down') await containers.unpause(index)
    if (meant === 'down') await containers[end](index)
    else if (is !== 'paused') await containers.revive(index)
    if (meant === 'paused') await containers.pause(index)
  }

  async function attest({ targets }: Occurrence): Promise<Attestation> {
    const states = await Promise.all(
      targets.map(async node => ({ node, is: await containers.stateOf(node), meant: holds.stateOf(node) })),
    )
    const nameOf = (node: number) => containers.places[node]!.name
    const wrong = states.filter(each => !isAsMeant(each))
    if (wrong.length > 0) {
      const told = wrong.map(({ node, is, meant }) => `${nameOf(node)} is ${is}, not ${meant}`)
      return { holds: false, evidence: told.join(', ') }
    }
    return { holds: true, evidence: tellStates(states, nameOf) }
  }
}

/** Whether a container is as all faults on it together mean. */
function isAsMeant({ is, meant }: { readonly is: NodeState; readonly meant: NodeState }): boolean {
  return is === meant
}

/** `down: node-1, node-2`, by state. */
export function tellStates(
  states: readonly { readonly node: number; readonly is: NodeState }[],
  nameOf: (node: number) => string,
): string {
  const byState = Map.groupBy(states, ({ is }) => is)
  return [...byState].map(([state, nodes]) => `${state}: ${nameNodes(nodes, 10, nameOf)}`).join(', ')
}

/** Does something to each of them, and throws the first error when all are through. */
export async function all<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const done = await Promise.allSettled(items.map(work))
  const failed = done.find(({ status }) => status === 'rejected')
  if (failed) throw (failed as PromiseRejectedResult).reason
}
