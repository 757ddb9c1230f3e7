import { describe, expect, it } from '@jest/globals'
import { explainRate } from '../../../harness/plan/budget.ts'
import { stallOf } from '../../../harness/plan/stall.ts'
import { planOf } from '../../support/plan.ts'

const planWith = (...faults: object[]) => planOf(50, { scenario: { workload: { duration: '120s' }, faults } })
const halves = { kind: 'partition', cut: 'halves', at: '20s', for: '60s' }

describe('stall', () => {
  it('lasts as long as fewer than alpha nodes hear each other, however it comes', () => {
    expect(stallOf(planWith(halves))).toBe(60_000)
    expect(stallOf(planWith({ kind: 'pause', targets: 'any(17)', at: '20s', for: '30s' }))).toBe(30_000)
    const apart = { kind: 'isolate', targets: 'any(17)', at: '60s', for: '40s' }
    expect(stallOf(planWith(halves, apart))).toBe(80_000)
  })

  it('is none while alpha nodes go on', () => {
    expect(stallOf(planWith())).toBe(0)
    expect(stallOf(planWith({ kind: 'kill', targets: 'any(f)', at: '20s', for: '30s' }))).toBe(0)
  })

  it('lowers the default rate, with the reason, and never one that was asked for', () => {
    const plan = planWith(halves)
    expect(plan.workload.rate).toBeLessThan(planWith().workload.rate / 1.5)
    expect(explainRate(50, 2, stallOf(plan))).toMatch(
      /^\d+ transactions per second, because faults stop all decisions for 60 s, /,
    )
    const asked = planOf(50, { scenario: { workload: { rate: 65, duration: '120s' }, faults: [halves] } })
    expect(asked.workload.rate).toBe(65)
  })

  it('makes batches as large as their vertices can be worked off, and links no more than can be set up again soon', () => {
    const of = (nodes: number, faults: object[]) =>
      planOf(nodes, { scenario: { workload: { duration: '120s' }, faults } })
    expect(of(50, [halves]).workload.batchMs).toBeGreaterThan(of(50, []).workload.batchMs)
    expect([of(50, []).tuning.fullMesh, of(50, [halves]).tuning.fullMesh]).toEqual([true, false])
    expect(of(20, [halves]).tuning.fullMesh).toBe(true)
  })
})
