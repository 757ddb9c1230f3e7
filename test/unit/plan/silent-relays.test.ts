import { describe, expect, it } from '@jest/globals'
import { worstHearing } from '../../../harness/plan/silent-relays.ts'
import { planOf } from '../../support/plan.ts'

const silent = (nodes: number, count: number) =>
  planOf(nodes, { scenario: { byzantine: [{ behaviour: 'silent', count }] } })

describe('what correct nodes hear beside silent ones', () => {
  it('is everybody who speaks where all pairs are connected', () => {
    expect(worstHearing(silent(20, 6))).toBeUndefined()
  })

  it('is everybody over a lattice without silent ones in the way', () => {
    const plan = planOf(200, { scenario: { byzantine: [{ behaviour: 'always-reject', count: 20 }] } })
    expect(plan.tuning.fullMesh).toBe(false)
    expect(worstHearing(plan)).toBeUndefined()
    const alone = worstHearing(silent(200, 1))!
    expect(alone.voters).toBe(199)
  })

  it.each([200, 500])('is fewer than alpha near f over a lattice (n=%i)', nodes => {
    const few = silent(nodes, Math.floor(nodes * 0.1))
    expect(worstHearing(few)!.voters).toBeGreaterThanOrEqual(few.consensus.alpha)
    const many = silent(nodes, few.consensus.f)
    expect(worstHearing(many)!.voters).toBeLessThan(many.consensus.alpha)
  })
})
