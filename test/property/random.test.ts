import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { stream } from '../../model/random.ts'

const draws = (seed: string, name: string, count = 20) => {
  const random = stream(seed, name)
  return Array.from({ length: count }, () => random.next())
}

describe('random streams', () => {
  it('repeat for the same seed and name, and part for any other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (seed, name, other) => {
        expect(draws(seed, name)).toEqual(draws(seed, name))
        if (name !== other) expect(draws(seed, name)).not.toEqual(draws(seed, other))
      }),
    )
  })

  it('stay the same from one version to the next, because runs are repeated by seed', () => {
    const random = stream('1', 'workload')
    expect([random.integer(1000), random.integer(1000), random.integer(1000)]).toMatchInlineSnapshot(`
[
  307,
  932,
  388,
]
`)
  })

  it('are uniform: in each tenth of [0, 1) a tenth of the draws, also over close seeds', () => {
    const tenths = new Array<number>(10).fill(0)
    for (let seed = 0; seed < 1_000; seed++) {
      for (const draw of draws(String(seed), 'x', 10)) tenths[Math.floor(draw * 10)]!++
    }
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150)
  })

  it('shuffle without losing or doubling anything', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.integer()), (seed, items) => {
        const before = [...items]
        const shuffled = stream(seed, 'x').shuffled(items)
        expect(items).toEqual(before)
        expect(shuffled.toSorted()).toEqual(items.toSorted())
      }),
    )
  })

  it('draw exponentials of the asked mean', () => {
    const random = stream('s', 'x')
    const sum = Array.from({ length: 20_000 }, () => random.exponential(8)).reduce((a, b) => a + b)
    expect(sum / 20_000).toBeCloseTo(8, 0)
  })
})
