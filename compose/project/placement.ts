import { assert } from '../../model/errors.ts'
import type { Plan } from '../../model/plan.ts'
import type { Placement } from '../../model/ports/backend.ts'

/** Where the two networks of a run and the helpers on them are. */
export interface Layout {
  /** Nodes, driver and Prometheus. */
  readonly mesh: {
    readonly subnet: string
    readonly gateway: string
    readonly driver: string
    readonly prometheus: string
  }
  /** The small network over which the harness reaches driver and Prometheus; no node is on it. */
  readonly control: { readonly subnet: string; readonly gateway: string; readonly prometheus: string }
}

/** Nodes begin at .1.0, so that 256 consecutive nodes are one /24 and helpers never stand inside such a block. */
const firstNode = 256
const gateway = 1
const driver = 10
const prometheus = 11

/** The mesh is the /16 `10.<octet>.0.0`. */
export function placementOf(octet: number): Placement {
  return { subnet: `10.${octet}.0.0/16`, firstNode: address(octet, firstNode) }
}

/** The rest of the placement that the addresses of a plan's nodes are from; control is the first /24 of the next block. */
export function layoutOf({ nodes }: Pick<Plan, 'nodes'>): Layout {
  const [, text] = /^10\.(\d+)\./.exec(nodes[0]!.address) ?? []
  assert(text !== undefined, `${nodes[0]!.address} is from no placement of ours`)
  const octet = Number(text)
  return {
    mesh: {
      subnet: placementOf(octet).subnet,
      gateway: address(octet, gateway),
      driver: address(octet, driver),
      prometheus: address(octet, prometheus),
    },
    control: {
      subnet: `10.${octet + 1}.0.0/24`,
      gateway: address(octet + 1, gateway),
      prometheus: address(octet + 1, prometheus),
    },
  }
}

function address(octet: number, offset: number): string {
  return `10.${octet}.${offset >> 8}.${offset & 255}`
}
