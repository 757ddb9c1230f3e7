import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { choosePairs, kindOf } from '../../../chaos/faults/pairs.ts'
import { type Link, LinkHolds, outside } from '../../../chaos/link-holds.ts'
import { effectsOf } from '../../../chaos/schedule/link-effects.ts'
import { cuts, faultSchema, type LinkFault } from '../../../model/fault.ts'
import { perfect } from '../../../model/quality.ts'
import { cutOf } from '../../support/cut.ts'

const places = (nodes: number) =>
  Array.from({ length: nodes }, (_, node) => ({
    name: `node-${node}`,
    addresses: [`10.0.0.${node}`],
    container: node.toString(16).padStart(64, '0'),
  }))
const range = (length: number) => Array.from({ length }, (_, i) => i)

/** What a fault does in a network of so many nodes. */
const effects = (
  fault: object,
  {
    nodes = 4,
    targets = range(nodes),
    to,
    regions,
    isolation,
  }: {
    nodes?: number
    targets?: number[]
    to?: number[]
    regions?: string[]
    isolation?: 'everything'
  } = {},
) => {
  const parsed = faultSchema.parse({ for: '1s', ...fault }) as LinkFault
  return effectsOf(
    {
      ...{ id: 'x-1', fault: parsed, atMs: 0, forMs: 1000, targets },
      ...(to ? { to } : {}),
      ...cutOf(parsed, targets),
    },
    { nodes: range(nodes), regions, isolation },
  )
}

describe('links held by faults', () => {
  it('a halves partition of 200 nodes needs two sets of addresses', () => {
    const holds = new LinkHolds()
    holds.add('partition-1', effects({ kind: 'partition' }, { nodes: 200 }))
    const { sets, namespaces } = holds.desired(places(200))
    expect(sets.map(set => set.length)).toEqual([100, 100])
    expect(namespaces).toHaveLength(200)
    expect(namespaces[0]).toMatchObject({ name: 'node-0', from: 0, to: 0, losses: [], classes: [] })
    expect(sets[0]).toContain('10.0.0.100')
    expect(namespaces[199]).toMatchObject({ from: 1, to: 1 })
  })

  it('a container in a network that is not its own gets no rules, and nobody has rules for it', () => {
    const holds = new LinkHolds()
    holds.add('x', effects({ kind: 'isolate' }, { nodes: 3, targets: [0] }))
    const [first, second, third] = places(3)
    const { sets, namespaces } = holds.desired([first!, second!, { ...third!, addresses: [] }])
    expect(namespaces.map(({ name, from }) => [name, sets[from]])).toEqual([
      // Itself among them: its loopback is let pass.
      ['node-0', ['10.0.0.0', '10.0.0.1']],
      ['node-1', ['10.0.0.0']],
    ])
  })

  it('whoever is isolated from everything is alone, and carries what other faults do when that has healed', () => {
    const holds = new LinkHolds()
    const all = effects({ kind: 'isolate' }, { nodes: 3, targets: [0], isolation: 'everything' })
    holds.add('isolate-1', all)
    holds.add('delay-1', effects({ kind: 'delay', by: '10ms' }, { nodes: 3, targets: [0] }))
    const first = () => holds.desired(places(3)).namespaces.find(({ name }) => name === 'node-0')
    const isCut = (from: number, to: number) => holds.stateOf({ from, to }).isBlocked
    expect(first()).toMatchObject({ isAlone: true, classes: [] })
    expect([isCut(0, 1), isCut(0, outside), isCut(outside, 0), isCut(1, outside)]).toEqual([
      ...[true, true, true, false],
    ])
    holds.remove('isolate-1')
    expect(first()).not.toHaveProperty('isAlone')
    expect(first()!.classes).toHaveLength(1)
    expect(isCut(0, outside)).toBe(false)
  })

  it('in a network of ours an isolated node is cut from other nodes alone: driver and Prometheus reach it', () => {
    const holds = new LinkHolds()
    holds.add('isolate-1', effects({ kind: 'isolate' }, { nodes: 3, targets: [0] }))
    const { namespaces } = holds.desired(places(3))
    expect(namespaces.every(({ isAlone }) => isAlone === undefined)).toBe(true)
    expect(holds.stateOf({ from: 0, to: outside }).isBlocked).toBe(false)
  })

  it('one direction is dropped by its sender and its receiver alone', () => {
    const holds = new LinkHolds()
    const [effect] = effects({ kind: 'partition', cut: 'one-way' }, { nodes: 3 })
    holds.add('x', [{ ...effect!, links: { from: [0], to: [1] } }])
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
    holds.add('isolate-1', effects({ kind: 'isolate' }, { targets: [1] }))
    holds.add('partition-1', effects({ kind: 'partition' }, { targets: [0, 1, 2, 3] }))
    holds.remove('partition-1')
    expect(holds.stateOf({ from: 0, to: 1 }).isBlocked).toBe(true)
    expect(holds.stateOf({ from: 0, to: 2 }).isBlocked).toBe(false)
    holds.remove('isolate-1')
    expect(holds.desired(places(4))).toEqual({ sets: [], qualities: [], namespaces: [] })
  })

  it('delays add up, losses combine and the narrower bandwidth counts, each where it is made', () => {
    const holds = new LinkHolds()
    holds.add('delay-1', effects({ kind: 'delay', by: '100ms', jitter: '3ms' }, { targets: [0] }))
    holds.add('delay-2', effects({ kind: 'delay', by: '50ms', jitter: '4ms' }, { targets: [0, 1], to: [2] }))
    holds.add('rate-1', effects({ kind: 'rate', bandwidth: '10mbit' }, { targets: [0], to: [2] }))
    holds.add('rate-2', effects({ kind: 'rate', bandwidth: '1mbit' }, { targets: [0], to: [2] }))
    holds.add('duplicate-1', effects({ kind: 'duplicate', share: '5%' }, { targets: [0], to: [2] }))
    holds.add('loss-1', effects({ kind: 'loss', share: '50%' }, { targets: [0], to: [3] }))
    holds.add('loss-2', effects({ kind: 'loss', share: '20%' }, { targets: [0], to: [3] }))
    const { sets, qualities, namespaces } = holds.desired(places(4))
    const [node0, node1, node3] = namespaces
    const classesOf = (found: (typeof namespaces)[number]) =>
      found.classes.map(({ to, quality }) => [sets[to], qualities[quality]] as const)
    const plain = { ...perfect, delayMs: 100, jitterMs: 3 }
    expect(classesOf(node0!)).toEqual([
      [['10.0.0.0', '10.0.0.1', '10.0.0.3'], plain],
      [['10.0.0.2'], { ...perfect, delayMs: 150, jitterMs: 5, bitsPerSecond: 1e6 }],
    ])
    const twice = sets.findIndex(set => set.join() === '10.0.0.2')
    expect(node0).toMatchObject({ losses: [], duplicates: [{ to: twice, share: 0.05 }], isUnsegmented: true })
    expect(classesOf(node1!)).toEqual([[['10.0.0.2'], { ...perfect, delayMs: 50, jitterMs: 4 }]])
    expect(node3).toMatchObject({ name: 'node-3', classes: [], isUnsegmented: false })
    expect(node3!.losses).toEqual([
      { from: sets.findIndex(set => set.join() === '10.0.0.0'), share: expect.closeTo(0.6, 9) },
    ])
    expect(namespaces).toHaveLength(3)
  })

  it('a matrix of regions delays each direction by half of the round trip, and nothing within a region', () => {
    const holds = new LinkHolds()
    const regions = ['hub', 'hub', 'east', 'west']
    holds.add('wan-1', effects({ kind: 'wan', matrix: 'broken-triangle' }, { regions }))
    const delay = (from: number, to: number) => holds.stateOf({ from, to }).quality.delayMs
    expect([delay(0, 1), delay(0, 2), delay(2, 0), delay(3, 1), delay(2, 3)]).toEqual([0, 10, 10, 10, 150])
  })
})

describe('pairs to measure', () => {
  it('are what they are said to be, for every cut and size', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cuts), fc.integer({ min: 2, max: 24 }), (cut, nodes) => {
        const holds = new LinkHolds()
        holds.add('partition-1', effects({ kind: 'partition', cut }, { nodes }))
        const stateOf = (link: Link) => holds.stateOf(link)
        const pairs = choosePairs(range(nodes), stateOf, () => true)
        const isBlocked = (from: number, to: number) => holds.stateOf({ from, to }).isBlocked
        for (const pair of pairs) {
          const { from, to } = pair.link
          expect(from).not.toBe(to)
          const blocked = [isBlocked(from, to), isBlocked(to, from)].filter(Boolean).length
          expect(kindOf(pair)).toBe(['free', 'one-way', 'silent'][blocked])
        }
        const kinds = Map.groupBy(pairs, kindOf)
        for (const alike of kinds.values()) expect(alike.length).toBeLessThanOrEqual(16)
        // What arrives is counted by node, so nobody may be in two of these.
        const ends = (kinds.get('one-way') ?? []).flatMap(({ link }) => [link.from, link.to])
        expect(new Set(ends).size).toBe(ends.length)
      }),
    )
  })

  it('show every sort of link of a large matrix', () => {
    const nodes = 52
    const regions = range(nodes).map(
      node => ['n-virginia', 'london', 'tokyo', 'sydney'][Math.floor(node / 13)]!,
    )
    const holds = new LinkHolds()
    holds.add('wan-1', effects({ kind: 'wan' }, { nodes, regions }))
    const pairs = choosePairs(
      range(nodes),
      link => holds.stateOf(link),
      () => true,
    )
    const delays = new Set(pairs.map(({ there }) => there.quality.delayMs))
    expect([...delays].sort((a, b) => a - b)).toEqual([0, 38, 57, 73, 98, 104, 131])
  })
})
