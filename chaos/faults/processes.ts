import type { ContainerGroup, NodeState } from '../../model/backend.ts'
import type { Occurrence } from '../../model/fault.ts'
import { nameNodes } from '../../model/node-names.ts'
import type { Attestation, FaultActions, HoldWatch } from '../fault-actions.ts'
import { describeEvent, healDue, stateAfter } from './holding.ts'
import type { FaultPorts } from './ports.ts'
import { ProcessHolds } from './process-holds.ts'

/** Faults on the containers of a network, measured by what the engine says of them. */
export function processFaults({ containers, feed }: Pick<FaultPorts, 'containers' | 'feed'>): FaultActions {
  const holds = new ProcessHolds()
  const inTurn = turns()
  const nameOf = (node: number) => containers.places[node]!.name
  return {
    inject: async occurrence => {
      holds.add(occurrence.id, occurrence.fault.kind, occurrence.targets)
      await moveAll(occurrence)
    },
    hold,
    heal: async occurrence => {
      holds.remove(occurrence.id)
      await moveAll(occurrence)
    },
    attest: occurrence => attest(occurrence),
  }

  async function moveAll({ targets, fault }: Occurrence): Promise<void> {
    const end = fault.kind === 'kill' ? 'kill' : 'stop'
    await all(targets, target => inTurn(target, () => move(containers, target, holds.stateOf(target), end)))
  }

  /** By the engine's events, and once more by asking it, in turn with what this harness does to the same container. */
  async function hold({ targets }: Occurrence, watch: HoldWatch): Promise<void> {
    const wrong = new Set<number>()
    const compare = (node: number, is: NodeState, evidence: string, at?: number) => {
      const holdsNow = is === holds.stateOf(node)
      if (holdsNow === !wrong.has(node)) return
      if (holdsNow) wrong.delete(node)
      else wrong.add(node)
      watch.note({ holds: holdsNow, evidence, ...(at === undefined ? {} : { at }) })
    }
    using _listening = feed?.listen(event => {
      const is = stateAfter(event)
      if (event.asked || is === undefined || !targets.includes(event.node)) return
      compare(event.node, is, describeEvent(event, nameOf(event.node)), event.at)
    })
    await healDue(watch)
    await all(targets, target =>
      inTurn(target, async () => {
        const is = await containers.stateOf(target)
        compare(target, is, `${nameOf(target)} is ${is}, not ${holds.stateOf(target)}`)
      }),
    )
  }

  async function attest({ targets }: Occurrence): Promise<Attestation> {
    const states = await Promise.all(
      targets.map(async node => ({ node, is: await containers.stateOf(node), meant: holds.stateOf(node) })),
    )
    const wrong = states.filter(({ is, meant }) => is !== meant)
    if (wrong.length > 0) {
      const told = wrong.map(({ node, is, meant }) => `${nameOf(node)} is ${is}, not ${meant}`)
      return { holds: false, evidence: told.join(', ') }
    }
    return { holds: true, evidence: tellStates(states, nameOf) }
  }
}

/** Brings a container from the state it is in to the one that all faults on it together mean. */
async function move(
  containers: ContainerGroup,
  index: number,
  meant: NodeState,
  end: 'kill' | 'stop',
): Promise<void> {
  const is = await containers.stateOf(index)
  if (is === meant) return
  if (is === 'paused') await containers.unpause(index)
  if (meant === 'down') await containers[end](index)
  else if (is === 'down') await containers.start(index)
  if (meant === 'paused') await containers.pause(index)
}

/** Does one thing after the other to each container: two faults on one never cross. */
function turns() {
  const last = new Map<number, Promise<unknown>>()
  return <T>(index: number, act: () => Promise<T>): Promise<T> => {
    const done = (last.get(index) ?? Promise.resolve()).then(act)
    last.set(
      index,
      done.catch(() => {}),
    )
    return done
  }
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
