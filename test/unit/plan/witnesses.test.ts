import { describe, expect, it } from '@jest/globals'
import { witnessesOf } from '../../../harness/plan/witnesses.ts'
import { Lattice } from '../../../nodes/host/lattice.ts'
import { planOf } from '../../support/plan.ts'

const planned = (nodes: number, count: number) =>
  planOf(nodes, { scenario: { byzantine: [{ behaviour: 'silent', count }] } })

describe('who is asked about liars', () => {
  it('are eight correct nodes for all of them in a full mesh, or all there are', () => {
    const plan = planned(50, 15)
    const witnesses = witnessesOf(plan.byzantine!, plan)
    expect(witnesses.length).toBe(8)
    expect(witnesses.filter(node => plan.byzantine!.includes(node))).toEqual([])
    const small = planned(8, 2)
    expect(witnessesOf(small.byzantine!, small).length).toBe(6)
  })

  it('are connected with each of them over a lattice, and few in all (n=500)', () => {
    const plan = planned(500, 50)
    expect(plan.tuning.fullMesh).toBe(false)
    const witnesses = witnessesOf(plan.byzantine!, plan)
    const lattice = new Lattice(500, plan.tuning.voteDimensions)
    for (const liar of plan.byzantine!) {
      const asked = lattice.neighbours(liar).filter(node => witnesses.includes(node))
      expect(asked.length).toBeGreaterThanOrEqual(8)
    }
    expect(witnesses.length).toBeLessThan(250)
  })
})
