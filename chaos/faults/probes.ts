import type { Place } from '../../model/backend.ts'
import type { Link } from '../link-holds.ts'
import type { Pair } from './pairs.ts'
import type { Path, Try } from './reach.ts'

/** One measurement: a pair, over one address of its far end, in the way in which that showed before. */
export interface Probe extends Pair, Try {}

/** All addresses over which one container may reach another one. */
export function pathsOf({ from, to }: Link, places: readonly Place[]): Path[] {
  const [near, far] = [places[from]!, places[to]!]
  return far.addresses.map(address => ({
    name: `${near.name} to ${far.name}${far.addresses.length > 1 ? ` at ${address}` : ''}`,
    container: near.container,
    address,
    to: far.container,
  }))
}

/** Whether two containers are on one network, as far as that is known. */
export function shareNetwork({ from, to }: Link, places: readonly Place[]): boolean {
  const [one, other] = [places[from]!.networks, places[to]!.networks]
  return one === undefined || other === undefined || one.some(network => other.includes(network))
}
