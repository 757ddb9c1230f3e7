import type { PlannedNode } from '../../model/plan.ts'
import type { Placement } from '../../model/ports/backend.ts'
import { nodeAddress } from './addresses.ts'
import type { Assignment } from './byzantine.ts'
import { lodge } from './sybils.ts'

interface Parts extends Assignment {
  readonly regions: readonly string[] | undefined
}

/** The roster, and after it the second containers of twins. */
export function planNodes(placement: Placement, nodes: number, parts: Parts): PlannedNode[] {
  const { behaviours, builds, twins, hosts, regions } = parts
  const inRoster = Array.from({ length: nodes }, (_, index) => {
    const at = twins.findIndex(({ node }) => node === index)
    return planNode(placement, index, hosts.get(index) ?? index, {
      region: regions?.[hosts.get(index) ?? index],
      behaviour: behaviours.get(index),
      build: builds.get(index),
      twin: twins[at] && { of: nodes + at, linkedWith: twins[at].halves[0] },
      ...lodge(index, hosts),
    })
  })
  const second = twins.map(({ node, halves }, at) => ({
    ...planNode(placement, nodes + at, nodes + at, {
      region: regions?.[node],
      twin: { of: node, linkedWith: halves[1] },
    }),
    name: `node-${node}-twin`,
  }))
  return [...inRoster, ...second]
}

type Optional = {
  readonly [Key in 'region' | 'behaviour' | 'build' | 'twin' | 'host']?: PlannedNode[Key] | undefined
}

function planNode(placement: Placement, index: number, container: number, more: Optional): PlannedNode {
  const given = Object.entries(more).filter(([, value]) => value !== undefined)
  return {
    index,
    name: `node-${index}`,
    address: nodeAddress(placement, container),
    ...Object.fromEntries(given),
  }
}
