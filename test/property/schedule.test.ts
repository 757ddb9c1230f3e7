import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ownerCount, schedule, transactions, type Workload } from '../../workload/schedule.ts'

const workloads: fc.Arbitrary<Workload> = fc.record({
  rate: fc.double({ min: 0.5, max: 400, noNaN: true }),
  warmupMs: fc.constantFrom(0, 0, 30, 1_000),
  durationMs: fc.integer({ min: 1, max: 2_000 }),
  arrival: fc.constantFrom('constant', 'poisson'),
  payloadBytes: fc.constantFrom(0, 64, 16_384),
  conflictShare: fc.constantFrom(0, 0.1, 0.5, 1),
  batchMs: fc.constantFrom(1, 25, 100, 1_000),
  settleDeadlineMs: fc.constant(1),
  contestedDeadlineMs: fc.constant(0),
})
const seeds = fc.string({ minLength: 1, maxLength: 8 })
const nodeCounts = fc.integer({ min: 2, max: 40 })

const plain: Workload = {
  rate: 500,
  warmupMs: 0,
  durationMs: 60_000,
  arrival: 'poisson',
  payloadBytes: 64,
  conflictShare: 0,
  batchMs: 100,
  settleDeadlineMs: 1,
  contestedDeadlineMs: 0,
}

describe('schedule', () => {
  it('is the same for the same seed, and sends every transaction exactly once', () => {
    fc.assert(
      fc.property(workloads, seeds, nodeCounts, (workload, seed, nodeCount) => {
        const groups = [...schedule(workload, { seed, nodeCount })].flat()
        expect([...schedule(workload, { seed, nodeCount })].flat()).toEqual(groups)
        const sent = groups.flatMap(group => group.transactions).sort((a, b) => a.index - b.index)
        expect(sent).toEqual([...transactions(workload, seed)])
        expect(sent.map(({ index }) => index)).toEqual(sent.map((_, position) => position))
      }),
      { numRuns: 60 },
    )
  })

  it('intends times that never go back and lie within warm-up and duration', () => {
    fc.assert(
      fc.property(workloads, seeds, (workload, seed) => {
        let previous = -workload.warmupMs
        for (const { intendedMs } of transactions(workload, seed)) {
          expect(intendedMs).toBeGreaterThanOrEqual(previous)
          expect(intendedMs).toBeLessThan(workload.durationMs)
          previous = intendedMs
        }
      }),
      { numRuns: 60 },
    )
  })

  it('sends nothing before its time, nothing later than one window after it, and groups in order', () => {
    fc.assert(
      fc.property(workloads, seeds, nodeCounts, (workload, seed, nodeCount) => {
        let previous = -workload.warmupMs
        for (const batch of schedule(workload, { seed, nodeCount })) {
          for (const group of batch) {
            expect(group.node).toBeLessThan(nodeCount)
            for (const { intendedMs } of group.transactions) {
              expect(group.sendMs).toBeGreaterThanOrEqual(intendedMs)
              expect(group.sendMs - intendedMs).toBeLessThan(workload.batchMs)
            }
          }
          const first = Math.min(...batch.map(({ sendMs }) => sendMs))
          expect(first).toBeGreaterThanOrEqual(previous - workload.batchMs)
          previous = first
        }
      }),
      { numRuns: 60 },
    )
  })

  it('measures the same load at the same times after any warm-up, which comes at the same rate', () => {
    const constant = fc.record({
      rate: fc.double({ min: 1, max: 400, noNaN: true }),
      durationMs: fc.integer({ min: 1, max: 2_000 }),
    })
    fc.assert(
      fc.property(constant, fc.integer({ min: 1, max: 3_000 }), (asked, warmupMs) => {
        const timesOf = (workload: Workload) => [...transactions(workload, 's')].map(each => each.intendedMs)
        const workload = { ...plain, ...asked, arrival: 'constant' } as const
        const warmed = timesOf({ ...workload, warmupMs })
        expect(warmed.filter(ms => ms >= 0)).toEqual(timesOf(workload))
        const before = warmed.filter(ms => ms < 0)
        expect(before[0]).toBe(-warmupMs)
        expect(before).toHaveLength(timesOf({ ...workload, durationMs: warmupMs }).length)
      }),
      { numRuns: 60 },
    )
  })

  it('gives owner and nonce to one transaction, or to the two sides of a pair at two nodes', () => {
    fc.assert(
      fc.property(workloads, seeds, nodeCounts, (workload, seed, nodeCount) => {
        const groups = [...schedule(workload, { seed, nodeCount })].flat()
        const sets = new Map<
          string,
          { index: number; node: number; rival?: number | undefined; at: number }[]
        >()
        for (const { node, transactions: members } of groups) {
          for (const { owner, nonce, index, rival, intendedMs } of members) {
            expect(owner).toBeLessThan(ownerCount)
            const set = sets.get(`${owner}/${nonce}`) ?? []
            sets.set(`${owner}/${nonce}`, [...set, { index, node, rival, at: intendedMs }])
          }
        }
        for (const [one, other, third] of sets.values()) {
          expect(third).toBeUndefined()
          expect(one!.rival).toBe(other?.index)
          if (!other) continue
          expect(other.rival).toBe(one!.index)
          expect(other.node).not.toBe(one!.node)
          expect(other.at).toBe(one!.at)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('keeps requests below 1 MiB whatever the payload', () => {
    const large = { ...plain, rate: 5_000, durationMs: 2_000, payloadBytes: 16_384, batchMs: 1_000 }
    for (const group of [...schedule(large, { seed: 's', nodeCount: 4 })].flat()) {
      expect(group.transactions.length * (16_384 * 1.34 + 300)).toBeLessThan(1024 * 1024)
    }
  })

  it('comes to the asked rate: exactly when constant, within 3 % over 30,000 Poisson arrivals', () => {
    expect([...transactions({ ...plain, arrival: 'constant' }, 's')]).toHaveLength(30_000)
    const arrivals = [...transactions(plain, 's')].map(({ intendedMs }) => intendedMs)
    expect(Math.abs(arrivals.length - 30_000)).toBeLessThan(900)
    // A Poisson process: gaps are as spread out as they are long.
    const gaps = arrivals.slice(1).map((at, i) => at - arrivals[i]!)
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    expect(deviation / mean).toBeCloseTo(1, 1)
  })

  it('makes the asked share of transactions double-spends', () => {
    for (const conflictShare of [0, 0.1, 0.5, 1]) {
      const all = [...transactions({ ...plain, conflictShare }, 's')]
      const share = all.filter(({ rival }) => rival !== undefined).length / all.length
      expect(Math.abs(share - conflictShare)).toBeLessThan(0.02)
    }
  })

  it('gives every node the same share of requests', () => {
    const groups = [...schedule(plain, { seed: 's', nodeCount: 20 })].flat()
    const requests = new Array<number>(20).fill(0)
    for (const { node } of groups) requests[node]!++
    expect(Math.max(...requests) - Math.min(...requests)).toBeLessThanOrEqual(1)
  })
})
