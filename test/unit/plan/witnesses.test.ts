import { describe, expect, it } from '@jest/globals'
import { witnessesOf } from '../../../harness/plan/witnesses.ts'
import { collectorsOf, isFullMesh } from '../../../model/plan.ts'
import { planOf } from '../../support/plan.ts'

const planned = (nodes: number, count: number) =>
  planOf(nodes, { scenario: { byzantine: [{ behaviour: 'silent', count }] } })

describe('who is asked about liars', () => {
  it('are eight correct nodes for all of them in a full mesh, or all there are', () => {
    const plan = planned(50, 15)
    const witnesses = witnessesOf(plan)
    expect(witnesses.length).toBe(8)
    expect(witnesses.filter(node => plan.byzantine!.includes(node))).toEqual([])
    const small = planned(8, 2)
    expect(witnessesOf(small).length).toBe(6)
  })

  it('are the collectors, with whom everybody is linked, where there is no full mesh (n=500)', () => {
    const plan = planned(500, 50)
    expect(isFullMesh(plan)).toBe(false)
    const witnesses = witnessesOf(plan)
    expect(witnesses.length).toBeGreaterThan(0)
    expect(collectorsOf(plan)).toEqual(expect.arrayContaining(witnesses))
    expect(witnesses.filter(node => plan.byzantine!.includes(node))).toEqual([])
  })

  it('are the first correct nodes that follow, where all collectors are Byzantine', () => {
    const { succession } = planned(500, 50)
    const witnesses = witnessesOf({ succession, byzantine: collectorsOf({ succession }) })
    const { collectors, order } = succession
    expect(witnesses).toEqual(order.slice(collectors, collectors + 8).toSorted((a, b) => a - b))
  })
})
