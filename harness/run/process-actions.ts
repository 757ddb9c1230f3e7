import { ProcessHolds } from '../../chaos/holds.ts'
import type { Attestation, FaultActions } from '../../chaos/nemesis.ts'
import type { RunningNetwork } from '../../model/backend.ts'
import type { Occurrence } from '../../model/fault.ts'
import { nameNodes } from '../../model/node-names.ts'

/** Faults on the containers of a network, measured by what the engine says of them. */
export function processActions(network: RunningNetwork): FaultActions {
  const holds = new ProcessHolds()
  return {
    inject: async occurrence => {
      holds.add(occurrence.id, occurrence.fault.kind, occurrence.targets)
      await moveAll(occurrence)
    },
    heal: async occurrence => {
      holds.remove(occurrence.id)
      await moveAll(occurrence)
    },
    attest: occurrence => attest(occurrence),
  }

  async function moveAll({ targets, fault }: Occurrence): Promise<void> {
    const moves = await Promise.allSettled(
      targets.map(node => move(node, fault.kind === 'stop' ? 'stop' : 'kill')),
    )
    const failed = moves.find(({ status }) => status === 'rejected')
    if (failed) throw (failed as PromiseRejectedResult).reason
  }

  /** Brings a node from the state it is in to the one that all faults on it together mean. */
  async function move(node: number, end: 'kill' | 'stop'): Promise<void> {
    const [is, meant] = [await network.stateOf(node), holds.stateOf(node)]
    if (is === meant) return
    if (is === 'paused') await network.unpause(node)
    if (meant === 'down') await network[end](node)
    else if (is === 'down') await network.start(node)
    if (meant === 'paused') await network.pause(node)
  }

  async function attest({ targets }: Occurrence): Promise<Attestation> {
    const states = await Promise.all(
      targets.map(async node => ({ node, is: await network.stateOf(node), meant: holds.stateOf(node) })),
    )
    const wrong = states.filter(({ is, meant }) => is !== meant)
    if (wrong.length > 0) {
      const told = wrong.map(({ node, is, meant }) => `node-${node} is ${is}, not ${meant}`)
      return { holds: false, evidence: told.join(', ') }
    }
    const byState = Map.groupBy(states, ({ is }) => is)
    const told = [...byState].map(([state, nodes]) => `${state}: ${nameNodes(nodes, 10)}`)
    return { holds: true, evidence: told.join(', ') }
  }
}
