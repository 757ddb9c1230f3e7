import { describe, expect, it } from '@jest/globals'
import { affordableRate, batchMs, explainRate, issueInterval } from '../../../harness/plan/budget.ts'
import { linkSeconds, tooMuch } from '../../../harness/plan/cost-model.ts'
import { hasFullMesh, tune } from '../../../harness/plan/tuning.ts'
import { machine } from '../../support/plan.ts'

const usual = { issueIntervalMs: 100, isContested: false }

describe('tuning', () => {
  it.each([
    [4, 1, true],
    [20, 1, true],
    [60, 2, true],
    [100, 2, false],
    [150, 2, false],
    [150, 32, true],
    [151, 64, false],
    [500, 64, false],
  ])('%i nodes on %i cores: full mesh %s', (nodes, cores, fullMesh) => {
    expect(hasFullMesh(nodes, cores)).toBe(fullMesh)
  })

  it('connects all pairs where the cores set that up in ten seconds', () => {
    const seconds = ((150 * 149) / 2) * linkSeconds(machine)
    expect(hasFullMesh(150, Math.floor(seconds / 10))).toBe(false)
    expect(hasFullMesh(150, Math.ceil(seconds / 10))).toBe(true)
  })

  it('sends heartbeats less often where there are more nodes, between every 3 s and every 15 s', () => {
    const intervals = [4, 20, 100, 150, 500, 1000].map(nodes => tune(nodes, usual).heartbeatIntervalMs)
    expect(intervals).toEqual(intervals.toSorted((a, b) => a - b))
    expect([intervals[0], intervals.at(-1)]).toEqual([3000, 15_000])
  })

  it('gives collectors long turns, so that vertices are shared, and short ones where double-spends are to meet', () => {
    expect(tune(20, usual).turnMs).toBe(400)
    expect(tune(20, { ...usual, isContested: true }).turnMs).toBe(1)
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
        for (const factor of [0.3, 1, 3]) {
          // More a core than the machine carries without any load.
          if (nodes * factor > 250 * cores) continue
          const scaled = Object.entries(machine.speeds).map(([name, us]) => [name, us * factor])
          const given = { cores, speeds: Object.fromEntries(scaled) as typeof machine.speeds }
          const load = {
            ...network(nodes),
            rate: affordableRate(network(nodes), given),
            issueIntervalMs: issueInterval(network(nodes), given),
          }
          expect([nodes, cores, factor, tooMuch(given, load)]).toEqual([nodes, cores, factor, undefined])
        }
      }
    }
  })

  it('never falls to zero, where nodes outnumber cores by far', () => {
    expect(rate(1000, 1)).toBeGreaterThan(0)
  })

  it('issues vertices between every 10 ms and every ten seconds, less often where more nodes share the cores', () => {
    expect(issueInterval(network(4), on(128))).toBe(10)
    expect(issueInterval(network(1000), on(1))).toBe(10_000)
    const intervals = [4, 20, 100, 150, 500].map(nodes => issueInterval(network(nodes), on(2)))
    expect(intervals).toEqual(intervals.toSorted((a, b) => a - b))
    expect(issueInterval(network(100), on(32))).toBeLessThan(issueInterval(network(100), on(2)))
  })

  it('sends in batches of no more than half of that, between 5 and 50 ms', () => {
    expect([10, 50, 100, 10_000].map(batchMs)).toEqual([5, 25, 50, 50])
  })

  it('says where the rate comes from', () => {
    expect(explainRate(network(20), on(2))).toMatch(
      /^\d+ transactions per second take at most \d+ % of 2 cores: [\d.]+ = idle nodes .* \+ transactions [\d.]+ cores$/,
    )
  })
})
