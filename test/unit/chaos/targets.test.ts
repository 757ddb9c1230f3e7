import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { minorityOf, parseTargets, pickTargets } from '../../../chaos/targets.ts'
import { stream } from '../../../model/random.ts'

const pick = (text: string, nodes: number, seed = 'targets') =>
  pickTargets(parseTargets(text), { nodes, f: Math.floor(0.32 * nodes) }, stream(seed, 'test'))

describe('targets', () => {
  it.each([
    ['any(3)', 3],
    ['any(f)', 3],
    ['fraction(0.5)', 5],
    ['fraction(0.01)', 1],
    ['minority', 4],
    ['majority', 6],
    ['all', 10],
  ])('%s of ten nodes are %i of them, each once and in order', (text, count) => {
    const picked = pick(text, 10)
    expect(picked).toHaveLength(count)
    expect(picked).toEqual([...new Set(picked)].sort((a, b) => a - b))
    expect(picked.every(index => index >= 0 && index < 10)).toBe(true)
  })

  it('takes named nodes as they are', () => {
    expect(pick('node-7, node-3,node-3', 10)).toEqual([3, 7])
  })

  it('draws the same from the same seed and something else from another', () => {
    expect(pick('any(10)', 100)).toEqual(pick('any(10)', 100))
    expect(pick('any(10)', 100)).not.toEqual(pick('any(10)', 100, 'another'))
  })

  it('a minority is less than half, and one node more is not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), nodes => {
        expect(minorityOf(nodes) * 2).toBeLessThan(nodes)
        expect((minorityOf(nodes) + 1) * 2).toBeGreaterThanOrEqual(nodes)
      }),
    )
  })

  it.each([
    ['node-700', 'there is no node-700: 500 nodes go from node-0 to node-499'],
    ['any(501)', '501 of 500 nodes cannot be drawn'],
    ['any(0)', 'expected a whole number or f in any(…), got "0"'],
    ['any(x)', 'expected a whole number or f in any(…), got "x"'],
    ['fraction(1.4)', 'expected a share in fraction(…), got "1.4"'],
    ['nobody', 'expected targets such as node-3'],
    ['', 'expected targets such as node-3'],
  ])('refuses %p with a sentence', (text, message) => {
    expect(() => pick(text, 500)).toThrow(message)
  })
})
