import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { LinkHolds, pairsToProbe } from '../../../chaos/links.ts'
import { type BlockedLink, blockedLinks, isolation } from '../../../chaos/partition.ts'
import { cuts } from '../../../model/fault.ts'

const places = (nodes: number) =>
  Array.from({ length: nodes }, (_, node) => ({
    name: `node-${node}`,
    address: `10.0.0.${node}`,
    container: node.toString(16).padStart(64, '0'),
  }))
const range = (length: number) => Array.from({ length }, (_, i) => i)

describe('links held by faults', () => {
  it('a halves partition of 200 nodes needs two sets of addresses', () => {
    const holds = new LinkHolds()
    holds.add('partition-1', blockedLinks('halves', range(200)))
    const { sets, namespaces } = holds.desired(places(200))
    expect(sets.map(set => set.length)).toEqual([100, 100])
    expect(namespaces).toHaveLength(200)
    expect(namespaces[0]).toMatchObject({ name: 'node-0', from: 0, to: 0 })
    expect(sets[0]).toContain('10.0.0.100')
    expect(namespaces[199]).toMatchObject({ from: 1, to: 1 })
  })

  it('one direction is dropped by its sender and its receiver alone', () => {
    const holds = new LinkHolds()
    holds.add('x', [{ from: 0, to: 1 }])
    const { sets, namespaces } = holds.desired(places(3))
    const ofNode = (name: string) => {
      const found = namespaces.find(each => each.name === name)
      return found && { unheard: sets[found.from], unreached: sets[found.to] }
    }
    expect(ofNode('node-0')).toEqual({ unheard: [], unreached: ['10.0.0.1'] })
    expect(ofNode('node-1')).toEqual({ unheard: ['10.0.0.0'], unreached: [] })
    expect(ofNode('node-2')).toBeUndefined()
  })

  it('a link that two faults hold carries again when both have let go', () => {
    const holds = new LinkHolds()
    holds.add('isolate-1', isolation([1], 4))
    holds.add('partition-1', blockedLinks('halves', [0, 1, 2, 3]))
    holds.remove('partition-1')
    expect(holds.blocks()({ from: 0, to: 1 })).toBe(true)
    expect(holds.blocks()({ from: 0, to: 2 })).toBe(false)
    holds.remove('isolate-1')
    expect(holds.desired(places(4))).toEqual({ sets: [], namespaces: [] })
  })
})

describe('pairs to ping', () => {
  it('are really blocked or really free both ways, for every cut and size', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cuts), fc.integer({ min: 2, max: 24 }), (cut, nodes) => {
        const links = new Set(blockedLinks(cut, range(nodes)).map(({ from, to }) => `${from}>${to}`))
        const isBlocked = ({ from, to }: BlockedLink) => links.has(`${from}>${to}`)
        const { across, inside } = pairsToProbe(range(nodes), isBlocked, 8)
        expect(across.length).toBe(Math.min(8, links.size))
        for (const link of across) expect(isBlocked(link)).toBe(true)
        for (const { from, to } of inside) {
          expect(from).not.toBe(to)
          expect(isBlocked({ from, to }) || isBlocked({ from: to, to: from })).toBe(false)
        }
      }),
    )
  })
})
