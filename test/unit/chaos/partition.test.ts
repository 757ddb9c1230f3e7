import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Link } from '../../../chaos/link-holds.ts'
import { isolation, severed } from '../../../chaos/schedule/partition.ts'
import { type Cut, cuts, type Links } from '../../../model/fault.ts'

const orders = fc.integer({ min: 4, max: 40 }).chain(nodes =>
  fc.shuffledSubarray(
    Array.from({ length: nodes }, (_, i) => i),
    { minLength: nodes },
  ),
)

/** Link by link. */
const linksIn = (bundles: readonly Links[]): Link[] =>
  bundles.flatMap(({ from, to }) => from.flatMap(a => to.filter(b => b !== a).map(b => ({ from: a, to: b }))))

/** Nodes that `to` hears, itself among them. */
function hears(to: number, links: readonly Link[], nodes: number): number[] {
  const deafTo = new Set(links.filter(link => link.to === to).map(link => link.from))
  return Array.from({ length: nodes }, (_, i) => i).filter(from => !deafTo.has(from))
}

const shapes = (cut: Cut, order: readonly number[]) => {
  const links = linksIn(severed(cut, order))
  return order.map(node => hears(node, links, order.length))
}

describe('partitions', () => {
  it('block no link twice, none from a node to itself, and never the whole network', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cuts), orders, (cut, order) => {
        const links = linksIn(severed(cut, order))
        expect(new Set(links.map(({ from, to }) => `${from}>${to}`)).size).toBe(links.length)
        expect(links.some(({ from, to }) => from === to)).toBe(false)
        expect(links.length).toBeGreaterThan(0)
        expect(links.length).toBeLessThan(order.length * (order.length - 1))
      }),
    )
  })

  it('halves and minority: two groups that hear themselves and nothing else', () => {
    fc.assert(
      fc.property(fc.constantFrom<Cut>('halves', 'minority'), orders, (cut, order) => {
        const groups = new Set(shapes(cut, order).map(group => group.join()))
        expect(groups.size).toBe(2)
        const sizes = [...groups].map(group => group.split(',').length).sort((a, b) => a - b)
        expect(sizes[0]! + sizes[1]!).toBe(order.length)
        const smaller = cut === 'halves' ? Math.floor(order.length / 2) : Math.ceil(order.length / 2) - 1
        expect(sizes[0]).toBe(smaller)
      }),
    )
  })

  it('one-way: the first half hears everybody, the second only itself', () => {
    expect(shapes('one-way', [3, 1, 0, 2])).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2, 3],
      [0, 2],
      [0, 2],
    ])
  })

  it('bridge: two groups and one node that hears all', () => {
    expect(shapes('bridge', [0, 1, 2, 3, 4])).toEqual([
      [0, 1, 4],
      [0, 1, 4],
      [2, 3, 4],
      [2, 3, 4],
      [0, 1, 2, 3, 4],
    ])
  })

  it('ring: everybody hears a majority, no two the same one, and hearing is mutual', () => {
    fc.assert(
      fc.property(orders, order => {
        fc.pre(order.length > 4)
        const heard = shapes('ring', order)
        for (const group of heard) expect(group.length * 2).toBeGreaterThan(order.length)
        expect(new Set(heard.map(group => group.join())).size).toBe(order.length)
        const blocked = new Set(linksIn(severed('ring', order)).map(({ from, to }) => `${from}>${to}`))
        for (const link of blocked) expect(blocked.has(link.split('>').reverse().join('>'))).toBe(true)
      }),
    )
  })

  it('isolation: the targets hear only themselves, the others all but them', () => {
    const links = linksIn(isolation([1, 3], [0, 1, 2, 3, 4]))
    expect(hears(1, links, 5)).toEqual([1])
    expect(hears(3, links, 5)).toEqual([3])
    expect(hears(0, links, 5)).toEqual([0, 2, 4])
  })
})
