import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Lattice } from '../../nodes/host/lattice.ts'

const shape = fc.record({ n: fc.integer({ min: 2, max: 45 }), dimensions: fc.integer({ min: 1, max: 3 }) })

/** Walks a broadcast and returns who took it last, how often, and over which links. */
function broadcast(lattice: Lattice, origin: number, turn: number) {
  const reached: number[] = []
  const links: [number, number][] = []
  const walk = (position: number, hop: number) => {
    if (hop === lattice.dimensions) {
      if (position < lattice.n && position !== origin) reached.push(position)
      return
    }
    for (const next of lattice.next({ position, hop, turn })) {
      const from = lattice.nodeAt(position)
      const to = lattice.nodeAt(next)
      expect(lattice.previous({ position: next, hop: hop + 1, turn }, origin)).toBe(position)
      if (from !== to) links.push([from, to])
      walk(next, hop + 1)
    }
  }
  walk(origin, 0)
  return { reached, links }
}

describe('lattice', () => {
  it('brings a broadcast to every other node exactly once, over links between neighbours only', () => {
    fc.assert(
      fc.property(shape, fc.nat(), fc.nat(), ({ n, dimensions }, someone, turn) => {
        const lattice = new Lattice(n, dimensions)
        const origin = someone % n
        const { reached, links } = broadcast(lattice, origin, turn % dimensions)
        const others = Array.from({ length: n }, (_, node) => node).filter(node => node !== origin)
        expect(reached.sort((a, b) => a - b)).toEqual(others)
        for (const [from, to] of links) expect(lattice.neighbours(from)).toContain(to)
      }),
    )
  })

  it('lists the tags of a broadcast in the order in which relays hand them on', () => {
    fc.assert(
      fc.property(shape, fc.nat(), fc.nat(), ({ n, dimensions }, someone, turn) => {
        const lattice = new Lattice(n, dimensions)
        const at = { position: someone % n, hop: 0, turn: turn % dimensions }
        const slices = lattice.next(at).flatMap(position => lattice.targets({ ...at, position, hop: 1 }))
        expect(slices).toEqual(lattice.targets(at))
        expect(lattice.targetCount(at)).toBe(n)
      }),
    )
  })

  it('leads to a single target in at most as many hops as dimensions', () => {
    fc.assert(
      fc.property(shape, fc.nat(), fc.nat(), fc.nat(), ({ n, dimensions }, a, b, turn) => {
        const lattice = new Lattice(n, dimensions)
        let position = a % n
        for (let hop = 0; hop < dimensions; hop += 1) {
          position = lattice.towards({ position, hop, turn: turn % dimensions }, b % n)
        }
        expect(position).toBe(b % n)
      }),
    )
  })

  it('gives each of two neighbours the other one', () => {
    fc.assert(
      fc.property(shape, ({ n, dimensions }) => {
        const lattice = new Lattice(n, dimensions)
        const neighbours = Array.from({ length: n }, (_, node) => lattice.neighbours(node))
        neighbours.forEach((list, node) => {
          for (const other of list) expect(neighbours[other]).toContain(node)
        })
      }),
    )
  })

  it('needs 21 neighbours for 500 nodes in three dimensions', () => {
    const lattice = new Lattice(500, 3)
    const counts = Array.from({ length: 500 }, (_, node) => lattice.neighbours(node).length)
    expect(Math.min(...counts)).toBe(21)
    expect(Math.max(...counts)).toBeLessThanOrEqual(42)
  })

  it('refuses a position that a broadcast of that origin never passes', () => {
    const lattice = new Lattice(27, 3)
    // Origin 0 is at (0, 0, 0); after one hop along the first dimension the other two must still be 0.
    expect(lattice.previous({ position: 1, hop: 1, turn: 0 }, 0)).toBeUndefined()
    expect(lattice.previous({ position: 9, hop: 1, turn: 0 }, 0)).toBe(0)
    expect(lattice.previous({ position: 99, hop: 3, turn: 0 }, 0)).toBeUndefined()
  })
})
