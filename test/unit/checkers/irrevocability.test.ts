import { describe, expect, it } from '@jest/globals'
import { irrevocability } from '../../../harness/checkers/irrevocability.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import {
  collectedAt,
  container,
  declared,
  digest,
  goodHistory,
  idOf,
  judged,
  load,
  status,
  submitted,
  told,
} from './history-fixture.ts'

/** Node 1 told two decisions, was killed, and came back. */
const killed: readonly HistoryEvent[] = [
  declared(2),
  ...load,
  submitted([0, 1]),
  told(0, 0, [0, 1]),
  told(1, 0, [0, 1]),
  container(1, 'died'),
  container(1, 'started', 16_000),
  status(0),
  status(1, { startedAt: 16_000, storage: { verified: true, opens: 2 } }),
]
const again = (sequence: number, transactions: number[], rejected: number[] = []) =>
  told(1, sequence, transactions, { at: collectedAt, reread: true, rejected })

describe('irrevocability', () => {
  it('passes when no node restarted and none changed its mind', () => {
    expect(judged(irrevocability, goodHistory())).toMatchObject({
      verdict: 'pass',
      message: 'nothing was taken back in 6 decisions; no node restarted',
    })
  })

  it('passes when a killed node still has all it had told, in whatever order', () => {
    expect(judged(irrevocability, [...killed, again(0, [1]), again(1, [0]), digest(1, 2)])).toMatchObject({
      verdict: 'pass',
      message: '1 restarted node still had all that was decided before',
    })
  })

  it('fails when a killed node has lost an acceptance, naming it', () => {
    const result = judged(irrevocability, [...killed, again(0, [0]), digest(1, 1)])
    expect(result.verdict).toBe('fail')
    expect(result.evidence).toMatchObject({
      first: [{ node: 1, transaction: 1, id: idOf(1), before: 'accepted', after: 'nothing' }],
    })
  })

  it('fails when a killed node comes back with another outcome', () => {
    const result = judged(irrevocability, [...killed, again(0, [0, 1], [1]), digest(1, 1)])
    expect(result.evidence).toMatchObject({
      first: [{ transaction: 1, before: 'accepted', after: 'rejected' }],
    })
  })

  it('fails when a running node rejects what it had accepted', () => {
    const result = judged(irrevocability, [
      declared(1),
      submitted([0]),
      told(0, 0, [0]),
      told(0, 1, [0], { rejected: [0] }),
    ])
    expect(result).toMatchObject({ verdict: 'fail', evidence: [{ node: 0, transaction: 0, sequence: 1 }] })
  })

  it('fails when a sequence that was told names another transaction later', () => {
    const history = [declared(2), submitted([0, 1]), told(0, 0, [0]), told(0, 0, [1])]
    expect(judged(irrevocability, history).verdict).toBe('fail')
  })

  it('is unknown when the log of a restarted node was not read again', () => {
    expect(judged(irrevocability, [...killed, digest(1, 2)]).verdict).toBe('unknown')
  })

  it('is unknown when reading again broke off and the digest counts more than that', () => {
    expect(judged(irrevocability, [...killed, again(0, [0]), digest(1, 2)]).verdict).toBe('unknown')
  })

  it('fails when reading again broke off behind a hole in what had been told, whatever the digest counts', () => {
    const result = judged(irrevocability, [
      ...[declared(4), ...killed.slice(1), told(1, 2, [2, 3])],
      ...[again(0, [0]), again(2, [2]), digest(1, 4)],
    ])
    expect(result).toMatchObject({
      verdict: 'fail',
      message: 'node-1 restarted without decisions that had been told, and with later ones',
      evidence: [{ node: 1, first: 1, next: 2 }],
    })
  })

  it('is unknown where what is missing had not been told before, or is not of the workload', () => {
    const foreign = { type: 'foreign-decision', at: 15_000, node: 1, sequence: 2 } as const
    const history = [...killed, { ...foreign, transaction: 'f'.repeat(64), outcome: 'rejected' } as const]
    const result = judged(irrevocability, [
      ...history,
      again(0, [0]),
      again(1, [1]),
      again(4, [0]),
      digest(1, 5),
    ])
    expect(result.verdict).not.toBe('fail')
  })

  it('is unknown without any decision', () => {
    expect(judged(irrevocability, [declared(1)]).verdict).toBe('unknown')
  })
})
