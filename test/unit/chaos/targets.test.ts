import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { minorityOf, parseTargets, pickTargets } from '../../../chaos/schedule/targets.ts'
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

  const collectors = [3, 11, 12, 40]
  const roster = { nodes: 50, f: 16, byzantine: [3, 5], collectors }
  const pickFrom = (text: string, seed = 'groups') =>
    pickTargets(parseTargets(text), roster, stream(seed, 'test'))

  it('collectors and issuers are those who collect votes and issue vertices from the start', () => {
    expect(pickFrom('collectors')).toEqual(collectors)
    expect(pickFrom('issuers')).toEqual(collectors)
  })

  it.each([
    ['any(2, collectors)', 2, collectors],
    ['any( 1 , issuers )', 1, collectors],
    ['any(2, byzantine)', 2, [3, 5]],
    ['fraction(0.5, collectors)', 2, collectors],
    ['fraction(0.01, collectors)', 1, collectors],
    ['any(1, node-7, node-9)', 1, [7, 9]],
    ['any(3, any(3, collectors))', 3, collectors],
  ])('%s are %i nodes of the group', (text, count, group) => {
    const picked = pickFrom(text)
    expect(new Set(picked).size).toBe(count)
    expect(group).toEqual(expect.arrayContaining(picked))
    const draws = ['a', 'b', 'c', 'd', 'e', 'f'].map(seed => pickFrom(text, seed).join())
    if (count < group.length) expect(new Set(draws).size).toBeGreaterThan(1)
  })

  it('each part of a list draws from what the parts before it left', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 49 }), (seed, others) => {
        const picked = pickFrom(`any(1, collectors), any(${others})`, seed)
        expect(new Set(picked).size).toBe(1 + others)
        expect(picked.some(node => collectors.includes(node))).toBe(true)
      }),
    )
    expect(pickFrom('collectors, node-3, byzantine')).toEqual([3, 5, 11, 12, 40])
    expect(pickFrom('any(46), collectors')).toEqual(expect.arrayContaining(collectors))
    expect(pickFrom('collectors, any(46)')).toHaveLength(50)
  })

  it('are names as any other among containers of another project', () => {
    const named = new Map([['collectors', [1]]])
    const other = (text: string) =>
      pickTargets(parseTargets(text), { nodes: 2, f: 0, named }, stream('a', 'test'))
    expect(other('collectors')).toEqual([1])
    expect(() => other('issuers')).toThrow('there is no "issuers": there is collectors')
  })

  it.each([
    ['any(5, collectors)', '5 of 4 nodes cannot be drawn from collectors'],
    ['any(3, byzantine)', '3 of 2 nodes cannot be drawn from byzantine'],
    ['collectors, any(47)', '47 of 46 nodes cannot be drawn: 4 are targets already'],
    ['any(1, nobody)', 'expected targets such as node-3'],
    ['any(1, collectors', 'got "any(1, collectors"'],
    ['any(1,)', 'got "any(1,)"'],
    ['collectors,', 'got ""'],
    ['collector', 'got "collector"'],
  ])('refuses %p with a sentence, too', (text, message) => {
    expect(() => pickFrom(text)).toThrow(message)
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
