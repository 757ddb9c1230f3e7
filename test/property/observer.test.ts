import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Observations } from '../../harness/checkers/observations.ts'
import { Observer } from '../../harness/checkers/observer.ts'
import { finality } from '../../harness/history/finality.ts'
import type { HistoryEvent } from '../../model/event.ts'

const nodeCount = 4
const transactionCount = 30

interface Told {
  node: number
  at: number
  decisions: { index: number; isAccepted: boolean }[]
}

const indexes = fc.integer({ min: 0, max: transactionCount - 1 })
const pieces: fc.Arbitrary<Told[]> = fc.array(
  fc.record({
    node: fc.integer({ min: 0, max: nodeCount - 1 }),
    at: fc.integer({ min: 1, max: 1_000 }),
    decisions: fc.array(fc.record({ index: indexes, isAccepted: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    }),
  }),
  { maxLength: 30 },
)

/** What the observer keeps in bits, as plain maps: the obvious way. */
function naive(told: readonly Told[]) {
  const perNode = Array.from({ length: nodeCount }, () => new Map<number, boolean>())
  const firstAt = new Map<number, number>()
  const lastAt = new Map<number, number>()
  let [repeated, changed] = [0, 0]
  for (const { node, at, decisions } of told) {
    for (const { index, isAccepted } of decisions) {
      const said = perNode[node]!.get(index)
      if (said === undefined) {
        perNode[node]!.set(index, isAccepted)
        if (isAccepted) lastAt.set(index, Math.max(lastAt.get(index) ?? 0, at))
        if (isAccepted) firstAt.set(index, Math.min(firstAt.get(index) ?? Number.POSITIVE_INFINITY, at))
      } else if (said === isAccepted) repeated++
      else changed++
    }
  }
  return { perNode, firstAt, lastAt, repeated, changed }
}

function historyOf(told: readonly Told[]): HistoryEvent[] {
  const next = new Array<number>(nodeCount).fill(0)
  const ids = Array.from({ length: transactionCount }, (_, i) => i.toString(16).padStart(64, '0'))
  const all = ids.map((_, index) => index)
  return [
    { type: 'transactions', at: 0, first: 0, ids },
    { type: 'submission', at: 0, node: 0, transactions: all, intendedAt: all.map(() => 0), result: 'ok' },
    ...told.map(({ node, at, decisions }): HistoryEvent => {
      const sequence = next[node]!
      next[node]! += decisions.length
      // One line per decision would be naive too; a line cannot hold one transaction both ways.
      const rejected = decisions.filter(({ isAccepted }) => !isAccepted).map(({ index }) => index)
      return {
        type: 'decisions',
        at,
        node,
        sequence,
        transactions: decisions.map(({ index }) => index),
        rejected,
      }
    }),
  ]
}

/** Within one line a transaction is either accepted or rejected. */
function consistent(told: readonly Told[]): Told[] {
  return told.map(piece => {
    const first = new Map(piece.decisions.toReversed().map(({ index, isAccepted }) => [index, isAccepted]))
    const decisions = piece.decisions.map(({ index }) => ({ index, isAccepted: first.get(index)! }))
    return { ...piece, decisions }
  })
}

function latencies(observations: Observations, where: 'first' | 'all'): number[] {
  const found: number[] = []
  finality(observations, where)(ms => found.push(ms))
  return found.sort((a, b) => a - b)
}

describe('observer: like a naive twin', () => {
  it('knows what each node decided, first acceptances, repetitions and changes', () => {
    fc.assert(
      fc.property(pieces, raw => {
        const told = consistent(raw)
        const observer = new Observer(nodeCount)
        for (const event of historyOf(told)) observer.add(event)
        const { transactions, nodes, decisionCount } = observer.finish()
        const { perNode, firstAt, lastAt, repeated, changed } = naive(told)
        const sum = (pick: (node: (typeof nodes)[number]) => number) =>
          nodes.reduce((all, node) => all + pick(node), 0)
        // After a contradiction the twin goes by the first word and the observer by both; compare up to there.
        fc.pre(changed === 0)
        expect(sum(node => node.repeated.count)).toBe(repeated)
        expect(sum(node => node.changed.count)).toBe(0)
        expect(decisionCount).toBe(told.reduce((all, { decisions }) => all + decisions.length, 0))
        for (let index = 0; index < transactionCount; index++) {
          const said = perNode.map(node => node.get(index))
          expect(nodes.map(({ outcomes }) => outcomes.get(index))).toEqual(
            said.map(isAccepted => (isAccepted === undefined ? 0 : isAccepted ? 1 : 2)),
          )
          expect(transactions.acceptedCount(index)).toBe(
            said.filter(isAccepted => isAccepted === true).length,
          )
          expect(transactions.rejectedCount(index)).toBe(
            said.filter(isAccepted => isAccepted === false).length,
          )
          expect(transactions.firstAcceptedAt(index)).toBe(firstAt.get(index) ?? Number.POSITIVE_INFINITY)
          expect(transactions.lastAcceptedAt(index)).toBe(lastAt.get(index) ?? Number.NEGATIVE_INFINITY)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('sees every change of mind', () => {
    fc.assert(
      fc.property(pieces, raw => {
        const told = consistent(raw)
        const observer = new Observer(nodeCount)
        for (const event of historyOf(told)) observer.add(event)
        const changes = observer.finish().nodes.reduce((all, { changed }) => all + changed.count, 0)
        expect(changes > 0).toBe(naive(told).changed > 0)
      }),
      { numRuns: 300 },
    )
  })

  it('gives equal fingerprints exactly to equal accepted sets, in any order', () => {
    const sets = fc.uniqueArray(indexes)
    fc.assert(
      fc.property(sets, sets, fc.infiniteStream(fc.nat()), (one, other, shuffle) => {
        const observer = new Observer(2)
        const order = other.map(index => ({ index, key: shuffle.next().value })).sort((a, b) => a.key - b.key)
        const line = (node: number, transactions: number[]): HistoryEvent => ({
          type: 'decisions',
          ...{ at: 1, node, sequence: 0, transactions },
        })
        observer.add(line(0, one))
        observer.add(
          line(
            1,
            order.map(({ index }) => index),
          ),
        )
        const [first, second] = observer.finish().nodes
        expect(first!.acceptedSet === second!.acceptedSet).toBe(
          one.toSorted().join() === other.toSorted().join(),
        )
      }),
    )
  })

  it('counts a latency for every unconflicted transaction, infinite for the lost', () => {
    fc.assert(
      fc.property(pieces, raw => {
        const told = consistent(raw).map(piece => ({
          ...piece,
          decisions: piece.decisions.map(({ index }) => ({ index, isAccepted: true })),
        }))
        const observer = new Observer(nodeCount)
        for (const event of historyOf(told)) observer.add(event)
        const observations = observer.finish()
        const { perNode, firstAt } = naive(told)
        const expected = Array.from(
          { length: transactionCount },
          (_, i) => firstAt.get(i) ?? Number.POSITIVE_INFINITY,
        )
        expect(latencies(observations, 'first')).toEqual(expected.sort((a, b) => a - b))
        const everywhere = expected.filter((_, i) => perNode.every(node => node.has(i))).length
        expect(latencies(observations, 'all').filter(Number.isFinite)).toHaveLength(everywhere)
      }),
    )
  })
})
