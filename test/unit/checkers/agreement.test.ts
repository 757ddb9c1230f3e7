import { describe, expect, it } from '@jest/globals'
import { agreement } from '../../../harness/checkers/agreement.ts'
import { declared, digest, goodHistory, judged, submitted, told } from './history-fixture.ts'

const pair = [declared(2, [[0, 1]]), submitted([0]), submitted([1], { node: 1 })]

describe('agreement', () => {
  it('passes when all nodes accept the same transactions and have equal digests', () => {
    expect(judged(agreement, goodHistory())).toMatchObject({
      verdict: 'pass',
      message: '6 decisions of 2 nodes agree; 2 digests are equal',
    })
  })

  it('passes when both nodes accept one side of a double-spend and reject the other', () => {
    const history = [
      ...pair,
      told(0, 0, [0, 1], { rejected: [1] }),
      told(1, 0, [1, 0], { rejected: [1] }),
      digest(0, 1),
      digest(1, 1),
    ]
    expect(judged(agreement, history).verdict).toBe('pass')
  })

  it('fails when two nodes accept different sides of a double-spend, naming both', () => {
    const result = judged(agreement, [...pair, told(0, 0, [0]), told(1, 0, [1])])
    expect(result).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('both sides of 1 double-spend were accepted: node-0'),
    })
    expect(result.evidence).toMatchObject({
      first: [
        [
          { transaction: 0, acceptedFirstBy: 0 },
          { transaction: 1, acceptedFirstBy: 1 },
        ],
      ],
    })
  })

  it('fails when one node accepts both sides of a double-spend', () => {
    expect(judged(agreement, [...pair, told(0, 0, [0, 1])]).verdict).toBe('fail')
  })

  it('fails when one node accepts what another rejects, naming both nodes', () => {
    const result = judged(agreement, [
      declared(1),
      submitted([0]),
      told(0, 0, [0]),
      told(1, 0, [0], { rejected: [0] }),
    ])
    expect(result.verdict).toBe('fail')
    expect(result.evidence).toMatchObject({ first: [{ transaction: 0, acceptedBy: 0, rejectedBy: 1 }] })
  })

  it('fails when digests differ although the told decisions are equal, naming the nodes', () => {
    const history = [...goodHistory(), digest(1, 3, 'another')]
    const result = judged(agreement, history)
    expect(result).toMatchObject({
      verdict: 'fail',
      message: 'node-0 and node-1 told the same decisions, but their digests differ',
    })
  })

  it('fails when digests are equal although the told decisions differ', () => {
    const history = [
      declared(2),
      submitted([0, 1]),
      told(0, 0, [0]),
      told(1, 0, [1]),
      digest(0, 1, 'same'),
      digest(1, 1, 'same'),
    ]
    expect(judged(agreement, history)).toMatchObject({
      verdict: 'fail',
      message: 'node-0 and node-1 have the same digest, but told different decisions',
    })
  })

  it('leaves a node that is merely behind to liveness', () => {
    const history = [
      declared(2),
      submitted([0, 1]),
      told(0, 0, [0, 1]),
      told(1, 0, [0]),
      digest(0, 2),
      digest(1, 1),
    ]
    expect(judged(agreement, history)).toMatchObject({
      verdict: 'pass',
      message: '3 decisions of 2 nodes agree; digests differ only where decisions are still missing',
    })
  })

  it('is unknown without any decision, and without any digest', () => {
    expect(judged(agreement, [declared(1), submitted([0])]).verdict).toBe('unknown')
    expect(judged(agreement, [declared(1), submitted([0]), told(0, 0, [0])]).verdict).toBe('unknown')
  })
})
