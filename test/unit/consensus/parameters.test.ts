import { describe, expect, it } from '@jest/globals'
import { censusParameters, verifyCensus, verifySnow } from '../../../nodes/consensus/parameters.ts'

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

describe('snow parameters', () => {
  const avalanchego = { k: 20, alphaPreference: 15, alphaConfidence: 15, beta: 20 }

  it('take the defaults of avalanchego', () => {
    expect(verifySnow(avalanchego)).toBe(avalanchego)
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
