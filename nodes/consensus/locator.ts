import type { VertexId } from './types.ts'

/** Orders differ a little between nodes that miss nothing; what a stretch leaves out for that reason is asked for one by one. */
const jitter = 8

/**
 * A locator tells a peer what a node has by a few vertices of its order: the newest, and others ever further back, as git and
 * Bitcoin do it. Tips alone say too little: after a cut the other side knows none of them, and what a restarted node
 * issued since is known everywhere though it lacks nearly all before.
 */
export function locate(order: readonly VertexId[]): VertexId[] {
  const ids: VertexId[] = []
  for (let i = 0, back = 1; back <= order.length; i += 1, back = backOf(i))
    ids.push(order[order.length - back]!)
  return ids
}

/**
 * Where to serve a peer from.
 * @param orders for each vertex of its locator the order it has here, undefined for an unknown one
 * @returns the order behind the newest of these after which the peer lacks as much as after any older one; 0 when none is
 *   known, because nothing was said or all of it is newer than the parting of the ways
 */
export function firstMissing(orders: readonly (number | undefined)[]): number {
  // Where the peer would stand in the order here if it lacked nothing behind this vertex: the lower, the more it lacks.
  const stands = orders.map((order, i) =>
    order === undefined ? Number.POSITIVE_INFINITY : order + backOf(i),
  )
  const least = Math.min(...stands)
  const newest = stands.findIndex(stand => stand <= least + jitter)
  const order = orders[newest]
  return order === undefined ? 0 : order + 1
}

/** How far from the end of an order the i-th vertex of a locator lies: 1, 2, 3, 4, 5, 7, 9, 12, 15, 19 ... */
function backOf(i: number): number {
  let back = 1
  for (let k = 0; k < i; k += 1) back += Math.ceil(back / 4)
  return back
}
