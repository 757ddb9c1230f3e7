import { severed } from '../../chaos/schedule/partition.ts'
import type { Fault, Occurrence } from '../../model/fault.ts'

/** What a plan adds to a partition of these nodes; nothing for other faults. */
export function cutOf(fault: Fault, order: readonly number[]): Pick<Occurrence, 'cutLinks'> {
  return fault.kind === 'partition' ? { cutLinks: severed(fault.cut, order) } : {}
}
