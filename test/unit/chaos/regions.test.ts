import { describe, expect, it } from '@jest/globals'
import { matrixOf, regionsOf, roundTripMs } from '../../../chaos/schedule/matrices.ts'
import { assignRegions } from '../../../chaos/schedule/regions.ts'

describe('regions', () => {
  it('divide the nodes evenly and in order', () => {
    expect(assignRegions(['eu', 'us', 'asia'], 7)).toEqual(['eu', 'eu', 'eu', 'us', 'us', 'asia', 'asia'])
  })

  it('are as a table says', () => {
    expect(assignRegions({ eu: '0-1, 4', us: '2-3' }, 5)).toEqual(['eu', 'eu', 'us', 'us', 'eu'])
  })

  it.each([
    [{ eu: '0-3', us: '3-4' }, 'us and eu overlap: both have node-3'],
    [{ eu: '0-3' }, 'node-4 is in no region'],
    [{ eu: '0-9' }, 'eu has node-5, but there are 5 nodes'],
    [{ eu: '4-0' }, '4-0 goes backwards'],
    [['a', 'b', 'c', 'd', 'e', 'f'], '6 regions for 5 nodes: some would be empty'],
  ])('%j is refused', (regions, message) => {
    expect(() => assignRegions(regions as never, 5)).toThrow(message)
  })

  it('of the shipped matrix all have a time to all, and light is not faster', () => {
    const matrix = matrixOf('cloud')
    const regions = regionsOf(matrix)
    expect(regions).toHaveLength(13)
    const times = regions.flatMap(a => regions.map(b => roundTripMs(matrix, a, b)))
    expect(times.every(ms => ms !== undefined)).toBe(true)
    // 17,000 km there and back in glass take 170 ms.
    expect(roundTripMs(matrix, 'london', 'sydney')).toBe(262)
    expect(roundTripMs(matrix, 'sydney', 'london')).toBe(262)
    expect(roundTripMs(matrix, 'london', 'london')).toBe(0)
  })

  it('of the broken triangle: the way round is shorter than the straight one', () => {
    const matrix = matrixOf('broken-triangle')
    const between = (a: string, b: string) => roundTripMs(matrix, a, b)!
    expect(between('east', 'hub') + between('hub', 'west')).toBeLessThan(between('east', 'west'))
  })
})
