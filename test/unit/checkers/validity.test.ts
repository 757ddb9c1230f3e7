import { describe, expect, it } from '@jest/globals'
import { validity } from '../../../harness/checkers/validity.ts'
import { declared, end, goodHistory, idOf, judged, submitted, told } from './history-fixture.ts'

describe('validity', () => {
  it('passes when every accepted transaction was submitted', () => {
    expect(judged(validity, goodHistory())).toMatchObject({
      verdict: 'pass',
      message: 'all 3 accepted transactions had been submitted',
    })
  })

  it('passes when the decision stands before the line of its submission', () => {
    expect(judged(validity, [declared(1), told(0, 0, [0]), submitted([0])]).verdict).toBe('pass')
  })

  it('fails when a transaction is accepted that was declared and never sent', () => {
    const result = judged(validity, [declared(2), submitted([0]), told(1, 0, [0, 1]), end])
    expect(result.verdict).toBe('fail')
    expect(result.evidence).toMatchObject({
      count: 1,
      first: [{ transaction: 1, id: idOf(1), acceptedBy: 1 }],
    })
  })

  it('is unknown about a transaction without a submission when the history breaks off', () => {
    const result = judged(validity, [declared(2), submitted([0]), told(1, 0, [0, 1])])
    expect(result.verdict).toBe('unknown')
    expect(result.message).toContain('the history ends early')
  })

  it('fails when a node accepts a transaction that nobody made', () => {
    const foreign = {
      type: 'foreign-decision',
      at: 1,
      node: 1,
      sequence: 3,
      transaction: 'ff',
      outcome: 'accepted',
    } as const
    const result = judged(validity, [...goodHistory(), foreign])
    expect(result.verdict).toBe('fail')
    expect(result.evidence).toMatchObject({ first: [{ node: 1, id: 'ff' }] })
  })

  it('fails when a decision names a transaction beyond all that were declared', () => {
    const result = judged(validity, [...goodHistory(), told(1, 3, [99_999])])
    expect(result.verdict).toBe('fail')
    expect(result.evidence).toMatchObject({ first: [{ node: 1, sequence: 3, id: 'workload index 99999' }] })
  })

  it('mentions a foreign transaction that was only rejected', () => {
    const foreign = {
      type: 'foreign-decision',
      at: 1,
      node: 1,
      sequence: 3,
      transaction: 'ff',
      outcome: 'rejected',
    } as const
    const result = judged(validity, [...goodHistory(), foreign])
    expect(result.verdict).toBe('pass')
    expect(result.message).toContain('1 rejection of transactions unknown to the workload')
  })

  it('is unknown when nothing was accepted', () => {
    expect(judged(validity, [declared(1), submitted([0])]).verdict).toBe('unknown')
  })
})
