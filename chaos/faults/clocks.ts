import type { Clocks } from '../../model/backend.ts'
import type { Occurrence } from '../../model/fault.ts'
import type { Attestation, FaultActions } from '../fault-actions.ts'
import { NodeSetting } from './node-setting.ts'
import type { FaultPorts, NodeGroup } from './ports.ts'

/** How far a clock may be from what was asked: reading it takes a request to a node that shares its cores. */
const slackMs = 250

/** Clocks that are wrong, set through the node's own test control and read from outside; two faults on one clock add up. */
export function clockFaults({
  containers,
  time,
  clocks,
  feed,
}: Pick<FaultPorts, 'time' | 'clocks' | 'feed'> & { readonly containers: NodeGroup }): FaultActions {
  const sum = (values: readonly number[]) => values.reduce((ms, byMs) => ms + byMs, 0)
  const setAhead = new NodeSetting<number>({ containers, time }, (node, held) =>
    required(clocks).set(node, sum(held)),
  )

  return {
    inject: async occurrence => {
      const { fault } = occurrence
      await setAhead.hold(occurrence, fault.kind === 'skew' ? fault.by : 0)
    },
    heal: occurrence => setAhead.release(occurrence),
    /** A process that was started anew has the right time. */
    restarted: nodes => setAhead.setAgain(nodes),
    hold: ({ targets }, watch) => setAhead.watch(targets, watch, feed, attest),
    attest: ({ targets }: Occurrence) => attest(targets),
  }

  async function attest(targets: readonly number[]): Promise<Attestation> {
    const read = await Promise.all(
      targets.map(async node => ({ node, aheadMs: await required(clocks).read(node) })),
    )
    const told = read
      .map(({ node, aheadMs }) => `${containers.places[node]!.name} is ${Math.round(aheadMs)} ms ahead`)
      .join(', ')
    return {
      holds: read.every(({ node, aheadMs }) => Math.abs(aheadMs - sum(setAhead.of(node))) <= slackMs),
      evidence: told,
    }
  }
}

function required(clocks: Clocks | undefined): Clocks {
  if (clocks) return clocks
  throw new Error('these containers have no clock that can be set')
}
