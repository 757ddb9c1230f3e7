import { describe, expect, it } from '@jest/globals'
import {
  censusParameters,
  sampledTolerance,
  verifyCensus,
  verifySnow,
} from '../../../nodes/consensus/parameters.ts'

describe('census parameters', () => {
  it.each([
    [20, 14],
    [50, 34],
    [100, 68],
    [150, 102],
    [500, 340],
    [1000, 680],
  ])('for %i nodes ask for %i votes', (n, alpha) => {
    expect(censusParameters(n)).toEqual({ n, f: n - alpha, alpha })
  })

  it('name the inequality they break, with its numbers', () => {
    expect(() => verifyCensus({ n: 10, f: 5, alpha: 5 })).toThrow('n < 2 * alpha: n = 10, f = 5, alpha = 5')
    expect(() => verifyCensus({ n: 10, f: 3, alpha: 8 })).toThrow('alpha = n - f')
    expect(() => verifyCensus({ n: 0, f: 0, alpha: 0 })).toThrow('n >= 1')
    expect(() => verifyCensus({ n: 4, f: -1, alpha: 5 })).toThrow('f >= 0')
  })
})

describe('tau', () => {
  it.each([
    [0.32, 100, 32],
    [0.39, 100, 39],
    [0.39, 20, 7],
    // As doubles these products are a little less than the whole number.
    [0.29, 100, 29],
    [0.07, 100, 7],
  ])('of %d lets so many of %i nodes be faulty', (tau, n, f) => {
    expect(censusParameters(n, tau)).toEqual({ n, f, alpha: n - f })
  })

  it('of 0.39 is safe below 22 percent: two quorums share a correct node', () => {
    const { alpha, n } = censusParameters(100, 0.39)
    expect(2 * alpha - n).toBe(22)
  })

  it('of a half is refused by the inequality it breaks', () => {
    expect(() => censusParameters(100, 0.5)).toThrow('n < 2 * alpha: n = 100, f = 50, alpha = 50')
  })
})

describe('snow parameters', () => {
  const avalanchego = { k: 20, alphaPreference: 15, alphaConfidence: 15, beta: 20 }

  it('take the defaults of avalanchego', () => {
    expect(verifySnow(avalanchego)).toBe(avalanchego)
  })

  it('are refused when a poll would ask more nodes than there are', () => {
    expect(() => verifySnow(avalanchego, 19)).toThrow(/k <= n: k = 20, .*, n = 19/)
    expect(verifySnow(avalanchego, 20)).toBe(avalanchego)
  })

  it('bear as many silent nodes as leave alphaConfidence answers on average', () => {
    expect(sampledTolerance(20, avalanchego)).toEqual({ n: 20, f: 5, alpha: 15 })
    expect(sampledTolerance(8, { k: 5, alphaPreference: 4, alphaConfidence: 4, beta: 5 }).f).toBe(1)
  })

  it.each([
    ['k / 2 < alphaPreference', { alphaPreference: 10 }],
    ['alphaPreference <= alphaConfidence', { alphaConfidence: 14 }],
    ['alphaConfidence <= k', { alphaConfidence: 21 }],
    ['beta >= 1', { beta: 0 }],
  ])('name %s when it does not hold', (inequality, change) => {
    expect(() => verifySnow({ ...avalanchego, ...change })).toThrow(inequality)
  })
})
