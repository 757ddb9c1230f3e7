import { assert } from '../../model/errors.ts'
import type { Placement } from '../../model/ports/backend.ts'

/** Of plans that no engine was asked for. */
export const usualPlacement: Placement = { subnet: '10.77.0.0/16', firstNode: '10.77.1.0' }

/** The fixed address of a node, computed from its index alone: the nodes of a placement follow each other. */
export function nodeAddress({ subnet, firstNode }: Placement, index: number): string {
  const [block, bits] = subnet.split('/') as [string, string]
  const broadcast = numberOf(block) + 2 ** (32 - Number(bits)) - 1
  const address = numberOf(firstNode) + index
  assert(index >= 0 && address < broadcast, `node index ${index} has no address in ${subnet}`)
  return [24, 16, 8, 0].map(shift => (address >>> shift) & 255).join('.')
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0)
}
