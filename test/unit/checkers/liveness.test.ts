import { describe, expect, it } from '@jest/globals'
import { liveness } from '../../../harness/checkers/liveness.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import {
  container,
  declared,
  end,
  goodHistory,
  idOf,
  judged,
  status,
  submitted,
  told,
} from './history-fixture.ts'

const judgeSettled = (history: readonly HistoryEvent[]) => judged(liveness, [...history, end])

describe('liveness', () => {
  it('passes when every submitted transaction is accepted by every node', () => {
    expect(judgeSettled(goodHistory())).toMatchObject({
      verdict: 'pass',
      message: 'all 3 unconflicted transactions accepted at all 2 nodes',
    })
  })

  it('fails when one node has not decided, naming transaction and node', () => {
    const result = judgeSettled([declared(2), submitted([0, 1]), told(0, 0, [0, 1]), told(1, 0, [0])])
    expect(result.verdict).toBe('fail')
    expect(result.evidence).toMatchObject({
      count: 1,
      first: [{ transaction: 1, id: idOf(1), missingAt: 1, missingCount: 1, reason: 'undecided' }],
    })
  })

  it('says which nodes stopped accepting, where they raised it', () => {
    const raised = { ...status(1), raised: 'SAFETY_THRESHOLD_EXCEEDED' } as HistoryEvent
    const history = [declared(2), submitted([0, 1]), told(0, 0, [0, 1]), told(1, 0, [0]), status(0), raised]
    expect(judgeSettled(history)).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining(
        '; node-1 stopped accepting: SAFETY_THRESHOLD_EXCEEDED (caught more than f = 0 peers)',
      ),
    })
  })

  it('does not know when the run ended before it had settled', () => {
    const history = [declared(2), submitted([0, 1]), told(0, 0, [0, 1]), told(1, 0, [0])]
    for (const ended of [
      [],
      [{ ...end, reason: 'failed' as const }],
      [{ ...end, reason: 'interrupted' as const }],
    ]) {
      expect(judged(liveness, [...history, ...ended])).toMatchObject({
        verdict: 'unknown',
        message: expect.stringContaining('1 unconflicted transaction not accepted everywhere'),
      })
    }
  })

  it('fails when an unconflicted transaction is rejected everywhere', () => {
    const history = [
      declared(1),
      submitted([0]),
      ...[0, 1].map(node => told(node, 0, [0], { rejected: [0] })),
    ]
    expect(judgeSettled(history)).toMatchObject({
      verdict: 'fail',
      evidence: { first: [{ transaction: 0, missingCount: 2, reason: 'rejected' }] },
    })
  })

  it('fails when no node ever took a transaction', () => {
    const refused = submitted([0], { refused: [{ transaction: 0, code: 'nonce' }] })
    expect(judgeSettled([declared(1), refused])).toMatchObject({
      verdict: 'fail',
      evidence: { first: [{ reason: 'refused' }] },
    })
    const failed = submitted([0], { result: 'failed', error: 'HTTP 503' })
    expect(judgeSettled([declared(1), failed])).toMatchObject({
      verdict: 'fail',
      evidence: { first: [{ reason: 'not taken' }] },
    })
  })

  it('leaves to throughput what no node ever had room for, unless that is everything', () => {
    const noRoom = [
      submitted([1], { refused: [{ transaction: 1, code: 'full' }] }),
      submitted([1], { result: 'failed', error: 'HTTP 429' }),
    ]
    const others = [submitted([0]), told(0, 0, [0]), told(1, 0, [0])]
    expect(judgeSettled([declared(2), ...others, ...noRoom])).toMatchObject({
      verdict: 'pass',
      message: expect.stringContaining('no node had room for 1 more'),
    })
    expect(judgeSettled([declared(2), ...noRoom])).toMatchObject({
      verdict: 'fail',
      message: 'no node had room for any of 1 transaction',
    })
    const taken = submitted([1], { node: 1 })
    expect(judgeSettled([declared(2), ...others, ...noRoom, taken]).verdict).toBe('fail')
  })

  it('passes when a transaction was refused at first and accepted after a retry', () => {
    const history = [
      declared(1),
      submitted([0], { result: 'failed' }),
      submitted([0], { node: 1 }),
      told(0, 0, [0]),
      told(1, 0, [0]),
    ]
    expect(judgeSettled(history).verdict).toBe('pass')
  })

  it('does not demand a transaction that was never sent', () => {
    const history = [declared(2), submitted([0]), told(0, 0, [0]), told(1, 0, [0])]
    expect(judgeSettled(history).verdict).toBe('pass')
  })

  it('lets double-spends stay undecided', () => {
    const history = [
      declared(3, [[1, 2]]),
      submitted([0, 1]),
      submitted([2], { node: 1 }),
      told(0, 0, [0]),
      told(1, 0, [0]),
    ]
    expect(judgeSettled(history)).toMatchObject({
      verdict: 'pass',
      message:
        'all 1 unconflicted transaction accepted at all 2 nodes (2 double-spend sides may stay undecided)',
    })
  })

  it('demands nothing of a node that is down', () => {
    const history = [declared(1), submitted([0]), told(0, 0, [0]), container(1, 'died')]
    expect(judgeSettled(history)).toMatchObject({
      verdict: 'pass',
      message: 'all 1 unconflicted transaction accepted at all 1 node (1 node down)',
    })
  })

  it('is unknown when nothing was submitted, and when no node runs', () => {
    expect(judgeSettled([declared(1)]).verdict).toBe('unknown')
    const dead = [declared(1), submitted([0]), container(0, 'died'), container(1, 'died')]
    expect(judgeSettled(dead).verdict).toBe('unknown')
  })
})
