import { describe, expect, it } from '@jest/globals'
import type { Effect } from '../../../nodes/consensus/effect.ts'
import { Mempool } from '../../../nodes/consensus/mempool.ts'
import { censusParameters } from '../../../nodes/consensus/parameters.ts'
import { Replica } from '../../../nodes/consensus/replica.ts'
import { transaction } from '../../support/replica-network.ts'

const [one, two] = [transaction(1, 1), transaction(1, 2)]
const firstMs = 100

const quietMs = 50

/** What a replica knows whose issuers have issued nothing, unless `issued` says when. */
const at = (nowMs: number, progressMs = nowMs, issued: Record<number, number> = {}) => ({
  ...{ nowMs, progressMs, quietMs },
  issuedMs: (issuer: number) => issued[issuer],
})

function mempool(): Mempool {
  return new Mempool({ firstMs, longestMs: 400 })
}

function replica(): Replica {
  const timing = { patienceMs: 1000, longestPauseMs: 1000, issueIntervalMs: 0 }
  return new Replica({ index: 0, parameters: censusParameters(7), ...timing })
}

const vertexWith = (...transactions: (typeof one)[]) => ({
  ...{ id: 'a'.repeat(64), issuer: 1, sequence: 0, parents: [], transactions, timestampMs: 0 },
})
const kinds = (effects: readonly Effect[]) => effects.map(({ kind }) => kind)

describe('the mempool', () => {
  it('has an issuer asked for each transaction of a client, and another one soon when that one issues nothing', () => {
    const waiting = mempool()
    waiting.add(one, 0)
    expect(waiting.toForward(at(0), 9)).toEqual({ transactions: [one], failed: [] })
    waiting.handed([one], 3)
    const times = [49, 50, 99, 100, 149, 150]
    const asked = times.filter(nowMs => waiting.toForward(at(nowMs), 9).failed.includes(3))
    expect(asked).toEqual([50, 100, 150])
  })

  it('waits longer, and each time twice as long, for one that issues others', () => {
    const waiting = mempool()
    waiting.add(one, 0)
    waiting.toForward(at(0), 9)
    waiting.handed([one], 3)
    const times = [50, 99, 100, 150, 299, 300, 699, 700, 1099, 1100, 1500]
    const asked = times.filter(nowMs =>
      waiting.toForward(at(nowMs, nowMs, { 3: nowMs }), 9).failed.includes(3),
    )
    expect(asked).toEqual([100, 300, 700, 1100, 1500])
  })

  it('asks nobody else while nothing at all is decided', () => {
    const waiting = mempool()
    waiting.add(one, 0)
    waiting.toForward(at(0, Number.NEGATIVE_INFINITY), 9)
    expect(waiting.toForward(at(100, -1), 9).transactions).toEqual([])
    expect(waiting.toForward(at(500, 400), 9).transactions).toEqual([one])
  })

  it('asks at once for what a node was asked for that is gone, and for nothing else', () => {
    const waiting = mempool()
    for (const each of [one, two]) waiting.add(each, 0)
    waiting.toForward(at(0), 9)
    waiting.handed([one], 3)
    waiting.handed([two], 4)
    waiting.forwardAnew(4, 10)
    expect(waiting.toForward(at(10, 0), 9)).toEqual({
      transactions: [two],
      failed: [],
    })
  })

  it('issues what it was entrusted with, whoever admitted it', () => {
    const waiting = mempool()
    waiting.add(one, 0)
    expect(waiting.toIssue(9)).toEqual([])
    waiting.entrust(one, 0)
    waiting.entrust(one, 0)
    waiting.entrust(two, 0)
    expect(waiting.entrusted).toBe(2)
    expect(waiting.toIssue(9)).toEqual([one, two])
    waiting.remove(one)
    expect([waiting.entrusted, waiting.size]).toEqual([1, 1])
  })

  it('does not ask others for nodes that see to it themselves', () => {
    const waiting = mempool()
    waiting.entrust(one, 0)
    expect(waiting.toForward(at(0), 9).transactions).toEqual([])
    expect(waiting.oldestOwnMs(() => false)).toBeUndefined()
  })
})

describe('a replica', () => {
  it('admits from a client what it holds for another node alone, and answers for it then', () => {
    const node = replica()
    node.step({ kind: 'vertex', nowMs: 0, from: 1, vertex: vertexWith(two) })
    // Held back: an own vertex is being signed, so that what is entrusted now stays in the mempool.
    node.step({ kind: 'entrusted', nowMs: 0, transactions: [transaction(9, 9)] })
    node.step({ kind: 'entrusted', nowMs: 0, transactions: [one] })
    const [admission] = node.step({ kind: 'submit', nowMs: 0, transactions: [one] })
    expect(admission).toEqual({ kind: 'admission', admitted: [one], refused: [] })
    const [again] = node.step({ kind: 'submit', nowMs: 0, transactions: [one] })
    expect(again).toMatchObject({ admitted: [], refused: [{ code: 'duplicate' }] })
  })

  it('forwards again what was lost when nothing else goes on', () => {
    const node = replica()
    expect(kinds(node.step({ kind: 'submit', nowMs: 0, transactions: [one] }))).toEqual([
      'admission',
      'forward',
    ])
    node.handed([one], 3)
    expect(kinds(node.step({ kind: 'tick', nowMs: 1999 }))).toEqual([])
    expect(node.step({ kind: 'tick', nowMs: 2000 })).toEqual([
      { kind: 'forward', transactions: [one], failed: [3] },
    ])
  })

  it('does not wait for an issuer of a transaction whose rival is in a vertex', () => {
    const node = replica()
    node.step({ kind: 'submit', nowMs: 0, transactions: [one] })
    expect(node.waitingSinceMs).toBe(0)
    const rival = vertexWith(transaction(1, 1, 1))
    node.step({ kind: 'vertex', nowMs: 100, from: 1, vertex: rival })
    expect(node.waitingSinceMs).toBe(100)
    node.step({ kind: 'votes', nowMs: 200, from: [2, 3, 4], votes: [{ vertex: rival.id, exceptions: [0] }] })
    node.step({ kind: 'votes', nowMs: 200, from: [5, 6], votes: [{ vertex: rival.id, exceptions: [] }] })
    // All have answered, and nothing more will come of it.
    expect(node.waitingSinceMs).toBeUndefined()
  })
})
