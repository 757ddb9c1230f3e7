import type { Cut, Fault } from '../model/fault.ts'
import { minorityOf } from './targets.ts'

/** A directed link that carries nothing: what `from` sends does not reach `to`. Node indexes. */
export interface BlockedLink {
  readonly from: number
  readonly to: number
}

/**
 * The links a cut blocks, over nodes in the order that was drawn for it. Names are Jepsen's (nemesis/partitioner):
 *
 * - halves: two groups, the first half rounded down; nothing passes between them
 * - minority: the same with the largest minority as the first group
 * - one-way: what the first half says does not reach the second; the other way it does
 * - bridge: halves, and the last node talks to both
 * - ring: each node hears the nearest majority of a circle, and no two hear the same one
 */
export function blockedLinks(cut: Cut, order: readonly number[]): BlockedLink[] {
  const half = Math.floor(order.length / 2)
  switch (cut) {
    case 'halves':
      return bothWays(order.slice(0, half), order.slice(half))
    case 'minority':
      return bothWays(order.slice(0, minorityOf(order.length)), order.slice(minorityOf(order.length)))
    case 'one-way':
      return oneWay(order.slice(0, half), order.slice(half))
    case 'bridge':
      return bothWays(order.slice(0, half), order.slice(half, -1))
    case 'ring':
      return ring(order)
  }
}

/** The links that an occurrence of a fault of links blocks; none for other kinds. */
export function linksOf(fault: Fault, targets: readonly number[], nodes: number): BlockedLink[] {
  if (fault.kind === 'partition') return blockedLinks(fault.cut, targets)
  return fault.kind === 'isolate' ? isolation(targets, nodes) : []
}

/** Links between the targets and everybody, each other included. */
export function isolation(targets: readonly number[], nodes: number): BlockedLink[] {
  const everybody = Array.from({ length: nodes }, (_, index) => index)
  const cutOff = new Set(targets)
  const rest = everybody.filter(index => !cutOff.has(index))
  return [...bothWays(targets, rest), ...oneWay(targets, targets)]
}

function oneWay(from: readonly number[], to: readonly number[]): BlockedLink[] {
  return from.flatMap(a => to.filter(b => b !== a).map(b => ({ from: a, to: b })))
}

function bothWays(one: readonly number[], other: readonly number[]): BlockedLink[] {
  return [...oneWay(one, other), ...oneWay(other, one)]
}

function ring(order: readonly number[]): BlockedLink[] {
  const { length } = order
  // With itself a node hears 2 * reach + 1: the smallest odd majority.
  const reach = Math.ceil(Math.floor(length / 2) / 2)
  return order.flatMap((to, i) =>
    order.flatMap((from, j) => {
      const apart = Math.abs(i - j)
      return Math.min(apart, length - apart) > reach ? [{ from, to }] : []
    }),
  )
}
