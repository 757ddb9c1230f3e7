import { describe, expect, it } from '@jest/globals'
import { noAftermath } from '../../../harness/plan/aftermath.ts'
import { explainRate } from '../../../harness/plan/budget.ts'
import { networkOf } from '../../../harness/plan/load-of.ts'
import { isFullMesh } from '../../../model/plan.ts'
import { machine, planOf } from '../../support/plan.ts'

const of = (nodes: number, ...faults: object[]) =>
  planOf(nodes, { scenario: { workload: { duration: '120s' }, faults } })
const planWith = (...faults: object[]) => of(50, ...faults)
const halves = { kind: 'partition', cut: 'halves', at: '20s', for: '60s' }
const kill10 = { kind: 'kill', targets: 'any(10)', at: '20s', for: '30s' }

describe('aftermath', () => {
  it('has a stall as long as fewer than alpha nodes hear each other, however it comes', () => {
    const stallOf = (...faults: object[]) => planWith(...faults).aftermath.stallMs
    expect(stallOf(halves)).toBe(60_000)
    expect(stallOf({ kind: 'pause', targets: 'any(17)', at: '20s', for: '30s' })).toBe(30_000)
    const apart = { kind: 'isolate', targets: 'any(17)', at: '60s', for: '40s' }
    expect(stallOf(halves, apart)).toBe(80_000)
    expect(stallOf({ kind: 'kill', targets: 'any(f)', at: '20s', for: '30s' })).toBe(0)
  })

  it('is nothing without faults', () => {
    expect(planWith().aftermath).toEqual(noAftermath)
  })

  it('counts what is missed by the share of the nodes that miss it', () => {
    expect(planWith(halves).aftermath.backlogMs).toBe(60_000)
    expect(planWith(kill10).aftermath.backlogMs).toBeCloseTo(6000)
    // From 40 to 50 s more than f are away, so all are; else ten of fifty.
    expect(planWith(kill10, { ...kill10, at: '40s' }).aftermath.backlogMs).toBeCloseTo(4000 + 10_000 + 4000)
  })

  it('counts the nodes that start again together', () => {
    const restarts = (...faults: object[]) => planWith(...faults).aftermath.restarts
    expect(restarts(kill10)).toBe(10)
    expect(restarts(kill10, { ...kill10, at: '35s' })).toBe(20)
    expect(restarts(kill10, { ...kill10, at: '60s' })).toBe(10)
    expect(restarts({ ...kill10, kind: 'pause' })).toBe(0)
    // One every two seconds.
    const rolling = { kind: 'rolling-restart', targets: 'any(20)', for: '1s', gap: '1s' }
    expect(restarts(rolling)).toBe(10)
  })

  it('lowers the default rate, with the reason, and never one that was asked for', () => {
    const plan = planWith(halves)
    expect(plan.workload.rate).toBeLessThan(planWith().workload.rate / 1.5)
    expect(explainRate(networkOf(plan), machine, plan.aftermath)).toMatch(
      /^\d+ transactions per second, because faults stop all decisions for 60 s, /,
    )
    expect(explainRate(networkOf(plan), machine, planWith(kill10).aftermath)).toMatch(
      /^\d+ transactions per second, because faults have up to 10 nodes start again together, /,
    )
    const asked = planOf(50, { scenario: { workload: { rate: 65, duration: '120s' }, faults: [halves] } })
    expect(asked.workload.rate).toBe(65)
  })

  it('issues so seldom that vertices can be worked off, and links no more than can be set up again soon', () => {
    expect(of(50, halves).tuning.issueIntervalMs).toBeGreaterThan(of(50).tuning.issueIntervalMs)
    expect([of(50), of(50, halves), of(50, kill10)].map(isFullMesh)).toEqual([true, false, false])
    expect(isFullMesh(of(20, halves))).toBe(true)
  })
})
