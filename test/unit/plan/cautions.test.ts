import { describe, expect, it } from '@jest/globals'
import { cautionsOf } from '../../../harness/plan/cautions.ts'
import { planOf } from '../../support/plan.ts'

// f = 6 of 20, so that 8 nodes are N - 2f.
const cautions = (scenario: object, conflictShare = 0.1) =>
  cautionsOf(planOf(20, { scenario: { workload: { duration: '60s', conflictShare }, ...scenario } }))
const table = (behaviour: string, count: number) => ({ byzantine: [{ behaviour, count }] })

describe('what somebody may not have meant', () => {
  it('is nothing where the network bears it', () => {
    expect(cautions({})).toEqual([])
    expect(cautions(table('two-faced', 7))).toEqual([])
    // They have one vote each, and never for the other side.
    expect(cautions(table('always-reject', 8))).toEqual([])
  })

  it('is that enough nodes may vote for both sides, from their start or by a fault', () => {
    expect(cautions(table('two-faced', 8))).toEqual([expect.stringContaining('from N - 2f = 8 on')])
    expect(cautions(table('twin', 8))).toEqual([expect.stringContaining('8 nodes may vote')])
    const fault = { kind: 'behaviour', as: 'equivocate', targets: 'any(8)', at: '10s', for: '5s' }
    expect(cautions({ faults: [fault] })).toHaveLength(1)
  })

  it('is a tau that leaves fewer nodes than f between safe and not', () => {
    expect(cautions({ ...table('two-faced', 6), consensus: { tau: 0.39 } })).toEqual([
      expect.stringContaining('from N - 2f = 6 on'),
    ])
  })

  it('is an attack on double-spends without any', () => {
    expect(cautions(table('balancing', 3), 0)).toEqual([expect.stringContaining('3 nodes attack')])
  })
})
