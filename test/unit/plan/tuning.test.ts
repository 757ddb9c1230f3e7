import { describe, expect, it } from '@jest/globals'
import { affordableRate, batchMs, explainRate } from '../../../harness/plan/budget.ts'
import { tooMuch } from '../../../harness/plan/cost-model.ts'
import { tune } from '../../../harness/plan/tuning.ts'
import { machine } from '../../support/plan.ts'

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
  const network = (nodes: number) => ({ nodes, alpha: nodes - Math.floor(0.32 * nodes), collectors: 8 })
  const on = (cores: number) => ({ ...machine, cores })
  const rate = (nodes: number, cores: number) => affordableRate(network(nodes), on(cores))

  it('20 nodes on 2 cores carry some hundred transactions per second, 500 a handful', () => {
    expect(rate(20, 2)).toBeGreaterThan(100)
    expect(rate(500, 2)).toBeGreaterThan(2)
    expect(rate(500, 2)).toBeLessThan(20)
  })

  it('grows with the cores and with the speed of the machine', () => {
    expect(rate(500, 32)).toBeGreaterThan(10 * rate(500, 2))
    const slow = Object.fromEntries(Object.entries(machine.speeds).map(([name, us]) => [name, 2 * us]))
    const slower = affordableRate(network(100), { cores: 2, speeds: slow as typeof machine.speeds })
    expect(slower).toBeLessThan(rate(100, 2) / 1.5)
  })

  it('is a load that the model says is carried, for every machine and size', () => {
    for (const nodes of [4, 20, 50, 100, 150, 250, 500, 1000]) {
      for (const cores of [1, 2, 4, 8, 32]) {
        if (nodes > 250 * cores) continue
        for (const factor of [0.3, 1, 3]) {
          const scaled = Object.entries(machine.speeds).map(([name, us]) => [name, us * factor])
          const given = { cores, speeds: Object.fromEntries(scaled) as typeof machine.speeds }
          const load = {
            ...network(nodes),
            rate: affordableRate(network(nodes), given),
            batchMs: batchMs(network(nodes), given),
          }
          expect([nodes, cores, factor, tooMuch(given, load)]).toEqual([nodes, cores, factor, undefined])
        }
      }
    }
  })

  it('never falls to zero, where nodes outnumber cores by far', () => {
    expect(rate(1000, 1)).toBeGreaterThan(0)
  })

  it('sends in batches that stay between 25 ms and ten seconds', () => {
    expect(batchMs(network(4), on(128))).toBe(25)
    expect(batchMs(network(1000), on(1))).toBe(10_000)
  })

  it('says where the rate comes from', () => {
    expect(explainRate(network(20), on(2))).toMatch(
      /^\d+ transactions per second take at most 55 % of 2 cores: [\d.]+ = idle nodes .* \+ transactions [\d.]+ cores$/,
    )
  })
})
