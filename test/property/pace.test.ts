import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Plan } from '../../model/plan.ts'
import {
  driverWindowSeconds,
  nodeSeconds,
  nodeWindowSeconds,
  timeoutSecondsOf,
} from '../../prometheus/pace.ts'

const size = fc.record({ nodes: fc.integer({ min: 4, max: 1000 }), cpus: fc.integer({ min: 1, max: 64 }) })

function planOf({ nodes, cpus }: { readonly nodes: number; readonly cpus: number }) {
  return { nodes: { length: nodes } as Plan['nodes'], cpus }
}

describe('how often nodes are asked for their metrics', () => {
  it('never takes more than 4 % of the cores below the longest interval, at 4 ms a scrape', () => {
    fc.assert(
      fc.property(size, given => {
        const interval = nodeSeconds(planOf(given))
        const share = (given.nodes * 0.004) / interval / given.cpus
        expect(share <= 0.04 || interval === 60).toBe(true)
      }),
    )
  })

  it('is less often with more nodes, and between 2 and 60 s', () => {
    fc.assert(
      fc.property(size, given => {
        const interval = nodeSeconds(planOf(given))
        expect(interval).toBeGreaterThanOrEqual(2)
        expect(interval).toBeLessThanOrEqual(60)
        expect(nodeSeconds(planOf({ ...given, nodes: given.nodes + 1 }))).toBeGreaterThanOrEqual(interval)
      }),
    )
  })

  it('ends a scrape before the next begins, and takes rates over four of them', () => {
    fc.assert(
      fc.property(size, given => {
        const plan = planOf(given)
        const interval = nodeSeconds(plan)
        expect(timeoutSecondsOf(interval)).toBeLessThanOrEqual(interval / 2)
        expect(nodeWindowSeconds(plan)).toBeGreaterThanOrEqual(Math.max(4 * interval, driverWindowSeconds))
      }),
    )
  })

  it.each([
    [8, 2, 2],
    [100, 2, 5],
    [500, 2, 25],
    [500, 32, 2],
  ])('%d nodes on %d cores: every %d s', (nodes, cpus, seconds) => {
    expect(nodeSeconds(planOf({ nodes, cpus }))).toBe(seconds)
  })
})
