import { assert } from '../../model/errors.ts'
import type { Plan } from '../../model/plan.ts'

/**
 * Where both networks lie: the mesh is the /16 `10.<octet>.0.0`, control the first /24 of the next one. Which octet
 * is free depends on the engine and its host, so it is an input of the plan and recorded in it.
 */
export const defaultMeshOctet = 77

/** Nodes begin at .1.0, so that 256 consecutive nodes are one /24 and helpers never stand inside such a block. */
const nodeOffset = 256
/** Hosts of a /16 past the offset, less the broadcast address. */
const nodesMax = 65_536 - nodeOffset - 1

const gatewayOffset = 1
const driverOffset = 10
const prometheusOffset = 11

/** The fixed address of a node on the mesh, computed from its index alone. */
export function nodeAddress(octet: number, index: number): string {
  assert(index >= 0 && index < nodesMax, `node index ${index} has no address in a /16`)
  return meshAddress(octet, nodeOffset + index)
}

/** Subnets and helper addresses for a mesh on 10.<octet>.0.0/16. */
export function networks(octet: number): Pick<Plan, 'mesh' | 'control'> {
  return {
    mesh: {
      subnet: `10.${octet}.0.0/16`,
      gateway: meshAddress(octet, gatewayOffset),
      driver: meshAddress(octet, driverOffset),
      prometheus: meshAddress(octet, prometheusOffset),
    },
    control: {
      subnet: `10.${octet + 1}.0.0/24`,
      gateway: meshAddress(octet + 1, gatewayOffset),
      prometheus: meshAddress(octet + 1, prometheusOffset),
    },
  }
}

function meshAddress(octet: number, offset: number): string {
  return `10.${octet}.${offset >> 8}.${offset & 255}`
}
