import type { Cut, Links } from '../../model/fault.ts'
import { minorityOf } from './targets.ts'

/**
 * The links that carry nothing in a cut, over nodes in the order that was drawn for it. Names are Jepsen's (nemesis/partitioner):
 *
 * - halves: two groups, the first half rounded down; nothing passes between them
 * - minority: the same with the largest minority as the first group
 * - one-way: what the first half says does not reach the second; the other way it does
 * - bridge: halves, and the last node talks to both
 * - ring: each node hears the nearest majority of a circle, and no two hear the same one (Jepsen: majorities-ring)
 */
export function severed(cut: Cut, order: readonly number[]): Links[] {
  const half = Math.floor(order.length / 2)
  const [first, second] = [order.slice(0, half), order.slice(half)]
  switch (cut) {
    case 'halves':
      return bothWays(first, second)
    case 'minority':
      return bothWays(order.slice(0, minorityOf(order.length)), order.slice(minorityOf(order.length)))
    case 'one-way':
      return some({ from: first, to: second })
    case 'bridge':
      return bothWays(first, second.slice(0, -1))
    case 'ring':
      return ring(order)
  }
}

/** Links between the targets and everybody, each other included. */
export function isolation(targets: readonly number[], everybody: readonly number[]): Links[] {
  return bothWays(targets, everybody)
}

function bothWays(one: readonly number[], other: readonly number[]): Links[] {
  return [...some({ from: one, to: other }), ...some({ from: other, to: one })]
}

function some(links: Links): Links[] {
  return links.from.length > 0 && links.to.length > 0 ? [links] : []
}

function ring(order: readonly number[]): Links[] {
  const { length } = order
  // With itself a node hears 2 * reach + 1: the smallest odd majority.
  const reach = Math.ceil(Math.floor(length / 2) / 2)
  return order.flatMap((to, i) => {
    const unheard = order.filter((_, j) => {
      const apart = Math.abs(i - j)
      return Math.min(apart, length - apart) > reach
    })
    return some({ from: unheard, to: [to] })
  })
}
