import { describe, expect, it } from '@jest/globals'
import { integrity } from '../../../harness/checkers/integrity.ts'
import { declared, goodHistory, judged, submitted, told } from './history-fixture.ts'

describe('integrity', () => {
  it('passes when no node decides a transaction twice', () => {
    expect(judged(integrity, goodHistory()).verdict).toBe('pass')
  })

  it('fails when a node accepts a transaction a second time', () => {
    const result = judged(integrity, [declared(1), submitted([0]), told(0, 0, [0]), told(0, 1, [0])])
    expect(result).toMatchObject({
      verdict: 'fail',
      message: 'node-0 decided 1 transaction more than once',
      evidence: [{ node: 0, sequence: 1, transaction: 0 }],
    })
  })

  it('does not mind the same sequences told again after a broken connection', () => {
    expect(
      judged(integrity, [declared(2), submitted([0, 1]), told(0, 0, [0, 1]), told(0, 1, [1])]).verdict,
    ).toBe('pass')
  })

  it('is unknown without any decision', () => {
    expect(judged(integrity, [declared(1)]).verdict).toBe('unknown')
  })
})
