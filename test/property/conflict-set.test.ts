import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { countVote, isSupported, startCensus } from '../../nodes/consensus/census.ts'
import { SetDigest } from '../../nodes/consensus/digest.ts'
import { Intervals, SpentNonces } from '../../nodes/consensus/spent.ts'
import { conflictKey } from '../../nodes/consensus/types.ts'
import { transaction } from '../support/replica-network.ts'

const id = fc.stringMatching(/^[0-9a-f]{64}$/)

describe('set digest', () => {
  it('does not depend on the order of the ids', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 20 }), ids => {
        const digest = (list: readonly string[]) => {
          const sum = new SetDigest()
          for (const each of list) sum.add(each)
          return sum.toString()
        }
        expect(digest(ids.toReversed())).toBe(digest(ids))
        if (ids.length > 0) expect(digest(ids.slice(1))).not.toBe(digest(ids))
      }),
    )
  })
})

describe('intervals', () => {
  it('hold exactly what was added', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 })), values => {
        const intervals = new Intervals()
        for (const value of values) intervals.add(value)
        for (let value = -1; value <= 41; value += 1)
          expect(intervals.has(value)).toBe(values.includes(value))
      }),
    )
  })
})

/** Of one owner; the id names the transaction. */
const spending = (nonce: number, id = `t${nonce}`) => ({
  id,
  owner: 'o',
  nonce,
  key: conflictKey({ owner: 'o', nonce }),
})

describe('spent nonces', () => {
  it('know the newest winners by id and older ones as spent', () => {
    const spent = new SpentNonces()
    for (let nonce = 0; nonce < 200_005; nonce += 1) spent.accept(spending(nonce))
    expect(spent.accepted(spending(0))).toBe('old')
    expect(spent.accepted(spending(4))).toBe('old')
    expect(spent.accepted(spending(5))).toBe('t5')
    expect(spent.accepted(spending(200_005))).toBeUndefined()
  })

  it('report a loser once', () => {
    const spent = new SpentNonces()
    spent.accept(spending(1, 'winner'))
    expect(spent.reject(spending(1, 'loser'))).toBe(true)
    expect(spent.reject(spending(1, 'loser'))).toBe(false)
  })
})

describe('census', () => {
  const n = 9
  const votes = fc.array(
    fc.record({
      vertex: fc.integer({ min: 0, max: 2 }),
      from: fc.integer({ min: 0, max: n - 1 }),
      exception: fc.boolean(),
      claim: fc.boolean(),
    }),
    { maxLength: 60 },
  )

  it('counts a transaction in several vertices like its naive twin: each node once, first vote of each vertex', () => {
    fc.assert(
      fc.property(votes, list => {
        const shared = transaction(1, 1)
        const censuses = ['a', 'b', 'c'].map((name, sequence) =>
          startCensus(
            { id: name, issuer: 0, sequence, parents: [], transactions: [shared], timestampMs: 0 },
            n,
          ),
        )
        const first = new Map<string, boolean>()
        const supporters = new Set<number>()
        for (const { vertex, from, exception, claim } of list) {
          const exceptions = exception ? [0] : []
          countVote(censuses[vertex]!, from, { exceptions, claims: claim ? [0] : [] }, n)
          const key = `${vertex}/${from}`
          if (!first.has(key)) first.set(key, !exception)
          if (first.get(key) || claim) supporters.add(from)
        }
        const carriers = ['a', 'b', 'c'].map(vertex => ({ vertex, position: 0 }))
        const censusOf = (name: string) => censuses.find(each => each.vertex.id === name)
        for (let alpha = 1; alpha <= n; alpha += 1) {
          expect(isSupported(carriers, censusOf, { n, alpha })).toBe(supporters.size >= alpha)
        }
      }),
    )
  })
})
