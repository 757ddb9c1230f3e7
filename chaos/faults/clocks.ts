import type { Clocks } from '../../model/backend.ts'
import type { Occurrence } from '../../model/fault.ts'
import type { FaultActions } from '../nemesis.ts'
import type { FaultPorts } from './ports.ts'
import { all } from './processes.ts'
import { setNode } from './set-node.ts'

/** How far a clock may be from what was asked: reading it takes a request to a node that shares its cores. */
const slackMs = 250

/** Clocks that are wrong, set through the node's own test control and read from outside; two faults on one clock add up. */
export function clockFaults({
  containers,
  clocks,
}: FaultPorts): FaultActions & { reapply(nodes: readonly number[]): Promise<void> } {
  const held = new Map<string, { readonly targets: readonly number[]; readonly byMs: number }>()
  const meant = (node: number) =>
    [...held.values()].filter(({ targets }) => targets.includes(node)).reduce((ms, { byMs }) => ms + byMs, 0)

  return {
    inject: async ({ id, fault, targets }) => {
      held.set(id, { targets, byMs: fault.kind === 'skew' ? fault.by : 0 })
      await all(targets, set)
    },
    heal: async ({ id, targets }) => {
      held.delete(id)
      await all(targets, set)
    },
    attest: async ({ targets }: Occurrence) => {
      const read = await Promise.all(
        targets.map(async node => ({ node, aheadMs: await required(clocks).read(node) })),
      )
      const told = read
        .map(({ node, aheadMs }) => `${containers.places[node]!.name} is ${Math.round(aheadMs)} ms ahead`)
        .join(', ')
      return {
        holds: read.every(({ node, aheadMs }) => Math.abs(aheadMs - meant(node)) <= slackMs),
        evidence: told,
      }
    },
    /** A process that was started anew has the right time. */
    reapply: async nodes => {
      await all(
        nodes.filter(node => meant(node) !== 0),
        set,
      )
    },
  }

  function set(node: number): Promise<void> {
    return setNode(containers, node, () => required(clocks).set(node, meant(node)))
  }
}

function required(clocks: Clocks | undefined): Clocks {
  if (clocks) return clocks
  throw new Error('these containers have no clock that can be set')
}
