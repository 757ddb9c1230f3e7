import { describe, expect, it } from '@jest/globals'
import { affordableRate, batchMs, explainRate } from '../../../harness/plan/budget.ts'
import { tune } from '../../../harness/plan/tuning.ts'

describe('tuning', () => {
  it.each([
    [20, 1, true],
    [32, 1, true],
    [33, 2, true],
    [104, 2, true],
    [105, 2, false],
    [256, 2, false],
    [257, 3, false],
    [500, 3, false],
  ])('%i nodes: votes over %i dimensions, full mesh %s', (nodes, voteDimensions, fullMesh) => {
    expect(tune(nodes, 2)).toMatchObject({ voteDimensions, fullMesh })
  })

  it('connects all pairs of 150 nodes where the cores set that up in half a minute, and never of more', () => {
    expect(tune(150, 4).fullMesh).toBe(false)
    expect(tune(150, 5).fullMesh).toBe(true)
    expect(tune(151, 64).fullMesh).toBe(false)
  })

  it('never pushes votes more often than every 50 ms, however many cores there are', () => {
    expect(tune(4, 128).voteIntervalMs).toBe(50)
  })

  it('pushes them less often where more nodes share the cores', () => {
    const intervals = [4, 20, 100, 150, 500].map(nodes => tune(nodes, 2).voteIntervalMs)
    expect(intervals).toEqual(intervals.toSorted((a, b) => a - b))
    expect(tune(100, 32).voteIntervalMs).toBeLessThan(tune(100, 2).voteIntervalMs)
  })
})

describe('budget', () => {
  it('20 nodes on 2 cores carry some hundred transactions per second, 500 a handful', () => {
    expect(affordableRate(20, 2)).toBeGreaterThan(100)
    expect(affordableRate(500, 2)).toBeGreaterThan(2)
    expect(affordableRate(500, 2)).toBeLessThan(20)
  })

  it('grows with the cores', () => {
    expect(affordableRate(500, 32)).toBeGreaterThan(10 * affordableRate(500, 2))
  })

  it('never falls to zero, where nodes outnumber cores by far', () => {
    expect(affordableRate(1000, 1)).toBeGreaterThanOrEqual(1)
  })

  it('sends in batches that stay between 25 ms and two seconds', () => {
    expect(batchMs(4, 128)).toBe(25)
    expect(batchMs(1000, 1)).toBe(10_000)
  })

  it('says where the rate comes from', () => {
    expect(explainRate(20, 2)).toMatch(
      /^\d+ transactions per second fit 35 % of 2 cores: .* 20 nodes x 150 us = 3.0 ms/,
    )
  })
})
