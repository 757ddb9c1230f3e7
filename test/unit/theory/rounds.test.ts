import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { censusRounds, meanPolls, successChance } from '../../../harness/theory/rounds.ts'

/** The table of the protocol notes: N = 150, a node never asks itself, ceil(b N) of the others refuse. */
const n = 150
const shares = [0, 0.1, 0.2, 0.25, 0.3, 0.33]
const table: [string, number, number, number, number[]][] = [
  ['20/15/15/20', 20, 15, 20, [20, 21, 322, 7e4, 1.6e8, 2.5e11]],
  ['30/24/24/20', 30, 24, 20, [20, 23, 6e4, 4e10, 1e18, 5e24]],
  ['20/14/14/10', 20, 14, 10, [10, 10, 16, 48, 387, 3909]],
  ['80/54/54/10', 80, 54, 10, [10, 10, 10, 11, 42, 5164]],
]

describe('mean rounds to finality', () => {
  it.each(table)(
    'of %s are those of the protocol notes at 0 to 33 percent refusing nodes',
    (_set, k, alphaConfidence, beta, expected) => {
      shares.forEach((share, i) => {
        const refusing = Math.ceil(share * n)
        const rounds = meanPolls(successChance({ population: n - 1, refusing, k, alphaConfidence }), beta)
        // The notes give two digits, and one of the large ones.
        const tolerance = expected[i]! > 6000 ? 0.15 : 0.05
        expect(Math.abs(rounds / expected[i]! - 1)).toBeLessThan(tolerance)
      })
    },
  )

  it('are what walking the chain gives', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        (chance, beta) => {
          // Expected polls from each state, solved by iteration: e[j] = 1 + p e[j + 1] + (1 - p) e[0], e[beta] = 0.
          let expected = new Array<number>(beta + 1).fill(0)
          for (let step = 0; step < 200_000; step += 1) {
            const next = expected.map((_, j) =>
              j === beta ? 0 : 1 + chance * expected[j + 1]! + (1 - chance) * expected[0]!,
            )
            const change = Math.abs(next[0]! - expected[0]!)
            expected = next
            if (change < 1e-13 * next[0]!) break
          }
          expect(Math.abs(meanPolls(chance, beta) / expected[0]! - 1)).toBeLessThan(1e-4)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('are infinite when too few are left to succeed, and the chance adds up over all numbers of chits', () => {
    const poll = { population: 20, refusing: 6, k: 20, alphaConfidence: 15 }
    expect(successChance(poll)).toBe(0)
    expect(meanPolls(0, 20)).toBe(Number.POSITIVE_INFINITY)
    expect(successChance({ ...poll, k: 8, alphaConfidence: 0 })).toBeCloseTo(1, 12)
  })

  it('of the census are beta up to f silent nodes and infinite beyond', () => {
    expect(censusRounds({ silent: 6, f: 6, beta: 2 })).toBe(2)
    expect(censusRounds({ silent: 7, f: 6, beta: 2 })).toBe(Number.POSITIVE_INFINITY)
  })
})
