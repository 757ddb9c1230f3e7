import { describe, expect, it } from '@jest/globals'
import { affordableRate, batchMs, explainRate } from '../../../harness/plan/budget.ts'
import { tune } from '../../../harness/plan/tuning.ts'

describe('tuning on 2 cores', () => {
  it.each([
    [20, { voteDimensions: 1, fullMesh: true, voteIntervalMs: 100, heartbeatIntervalMs: 1000 }],
    [32, { voteDimensions: 1, fullMesh: true }],
    [33, { voteDimensions: 2, fullMesh: true }],
    [150, { voteDimensions: 2, fullMesh: true, voteIntervalMs: 850, heartbeatIntervalMs: 3400 }],
    [151, { voteDimensions: 2, fullMesh: false }],
    [256, { voteDimensions: 2, fullMesh: false }],
    [257, { voteDimensions: 3, fullMesh: false }],
    [500, { voteDimensions: 3, fullMesh: false, voteIntervalMs: 2610, heartbeatIntervalMs: 5000 }],
  ])('%i nodes', (nodes, expected) => {
    expect(tune(nodes, 2)).toMatchObject(expected)
  })

  it('never pushes votes more often than every 50 ms, however many cores there are', () => {
    expect(tune(4, 128).voteIntervalMs).toBe(50)
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

  it.each([
    [20, 25],
    [150, 200],
    [500, 1000],
  ])('%i nodes on 2 cores send in batches of %i ms', (nodes, ms) => {
    expect(batchMs(nodes, 2)).toBe(ms)
  })

  it('says where the rate comes from', () => {
    expect(explainRate(20, 2)).toMatch(
      /^\d+ transactions per second fit 35 % of 2 cores: .* 20 nodes x 135 us = 2.7 ms/,
    )
  })
})
