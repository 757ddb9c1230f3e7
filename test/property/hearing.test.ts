import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { effectsOf } from '../../chaos/schedule/link-effects.ts'
import { deafNodes } from '../../harness/plan/hearing.ts'
import { cuts, faultSchema, type LinkFault, type Links } from '../../model/fault.ts'
import { cutOf } from '../support/cut.ts'

const nodes = 12
const everybody = Array.from({ length: nodes }, (_, node) => node)
const some = (minLength: number) => fc.uniqueArray(fc.nat(nodes - 1), { minLength })
const partitions = fc.record({ cut: fc.constantFrom(...cuts), targets: some(nodes) })
const isolations = fc.record({ cut: fc.constant(undefined), targets: some(1) })

function severedBy({ cut, targets }: { cut: (typeof cuts)[number] | undefined; targets: number[] }): Links[] {
  const kind = cut === undefined ? { kind: 'isolate' } : { kind: 'partition', cut }
  const fault = faultSchema.parse({ ...kind, for: '1s' }) as LinkFault
  const occurrence = { id: 'cut', fault, atMs: 0, forMs: 1000, targets, ...cutOf(fault, targets) }
  return effectsOf(occurrence, { nodes: everybody }).map(({ links }) => links)
}

/** The same, by looking at every pair of nodes. */
function deafByPairs(severed: readonly Links[], silent: ReadonlySet<number>, least: number): number {
  const carries = (a: number, b: number) =>
    !severed.some(({ from, to }) => from.includes(a) && to.includes(b) && a !== b)
  const heard = (a: number) => everybody.filter(b => !silent.has(b) && carries(a, b) && carries(b, a)).length
  return everybody.filter(node => !silent.has(node) && heard(node) < least).length
}

describe('hearing', () => {
  it('counts by blocks of nodes what pairs of nodes come to, for any cuts and silent nodes together', () => {
    const faults = fc.array(fc.oneof(partitions, isolations), { maxLength: 4 })
    fc.assert(
      fc.property(faults, some(0), fc.integer({ min: 1, max: nodes }), (drawn, silentOnes, least) => {
        const severed = drawn.flatMap(severedBy)
        const silent = new Set(silentOnes)
        const byPairs = deafByPairs(severed, silent, least)
        expect(deafNodes(severed, { nodes, silent, least })).toBe(byPairs)
      }),
      { numRuns: 500 },
    )
  })
})
