import type { NodeState } from '../../model/backend.ts'
import type { FaultKind, Occurrence } from '../../model/fault.ts'
import { nameNodes } from '../../model/node-names.ts'
import type { Attestation, FaultActions, HoldWatch } from '../fault-actions.ts'
import { describeEvent, healDue, stateAfter } from './holding.ts'
import type { FaultPorts, ProcessGroup } from './ports.ts'
import { ProcessHolds } from './process-holds.ts'

/** Faults on the containers of a network, measured by what the engine says of them. */
export function processFaults({
  containers,
  feed,
}: Pick<FaultPorts, 'feed'> & { readonly containers: ProcessGroup }): FaultActions {
  const holds = new ProcessHolds()
  const turns = new Turns()
  const nameOf = (node: number) => containers.places[node]!.name
  return {
    inject: async ({ id, fault, targets }) => {
      const left: string[] = []
      await all(targets, target =>
        turns.take(target, async () => {
          const is = await containers.stateOf(target)
          // What somebody else ended or froze is not ours to do, nor to undo.
          if (is !== holds.stateOf(target)) {
            left.push(`${nameOf(target)} was ${is} before`)
            return
          }
          holds.add(holdOf(id, target), fault.kind, [target])
          await move(target, fault.kind)
        }),
      )
      if (left.length > 0) throw new Error(`${left.join(', ')}: left alone`)
    },
    hold,
    heal: async ({ id, fault, targets }) =>
      all(targets, target =>
        turns.take(target, async () => {
          holds.remove(holdOf(id, target))
          await move(target, fault.kind)
        }),
      ),
    attest: occurrence => attest(occurrence),
  }

  /** Brings a container from the state it is in to the one that all faults on it together mean. */
  async function move(index: number, kind: FaultKind): Promise<void> {
    const [is, meant] = [await containers.stateOf(index), holds.stateOf(index)]
    if (is === meant) return
    if (is !== 'down') await containers.unpause(index)
    if (meant === 'down') await containers[kind === 'kill' ? 'kill' : 'stop'](index)
    else if (is !== 'paused') await containers.revive(index, 'ended')
    if (meant === 'paused') await containers.pause(index)
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
      turns.take(target, async () => {
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

/** Each target of an occurrence is held by itself: some may be left alone. */
function holdOf(id: string, target: number): string {
  return `${id}/${target}`
}

/** Changes of one container follow each other: what one sees is never half of another. */
class Turns {
  readonly #last = new Map<number, Promise<void>>()

  take(target: number, work: () => Promise<void>): Promise<void> {
    const turn = (this.#last.get(target) ?? Promise.resolve()).then(work)
    this.#last.set(
      target,
      turn.catch(() => {}),
    )
    return turn
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
