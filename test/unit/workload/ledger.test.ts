import { describe, expect, it } from '@jest/globals'
import { createLedger } from '../../../workload/ledger.ts'

/** Three nodes, the last of them Byzantine; transactions 0 and 1 spend the same. */
function ledger() {
  const made = createLedger(3, new Set([2]))
  const transaction = (index: number) => ({ index, intendedMs: 0, owner: 0, nonce: 0 })
  made.add(Buffer.alloc(32, 1), { ...transaction(0), rival: 1 })
  made.add(Buffer.alloc(32, 2), { ...transaction(1), rival: 0 })
  made.add(Buffer.alloc(32, 3), { ...transaction(2), nonce: 1 })
  return made
}

describe('ledger', () => {
  it('a double-spend is open from the first side taken to the first decision on either, once', () => {
    const book = ledger()
    book.taken(2, 0)
    expect(book.contestedOpen).toBe(0)
    book.taken(0, 0)
    book.taken(1, 1)
    expect(book.contestedOpen).toBe(1)
    book.decided({ index: 1, node: 0, isAccepted: true })
    expect(book.contestedOpen).toBe(0)
    book.taken(0, 1)
    expect(book.contestedOpen).toBe(0)
  })

  it('says what correct nodes contradict each other on, once each', () => {
    const book = ledger()
    const decide = (index: number, node: number, isAccepted: boolean) =>
      book.decided({ index, node, isAccepted })
    const soFar = () => ({ splits: book.agreement.splits, ...book.agreement.doubleSpends })
    decide(0, 0, true)
    expect(soFar()).toEqual({ splits: 0, accepted: 1, violated: 0 })
    // Of a Byzantine node's words nothing follows.
    decide(1, 2, true)
    decide(2, 2, false)
    decide(2, 0, true)
    expect(soFar()).toEqual({ splits: 0, accepted: 1, violated: 0 })
    decide(1, 1, true)
    expect(soFar()).toEqual({ splits: 0, accepted: 0, violated: 1 })
    decide(2, 1, false)
    expect(soFar()).toEqual({ splits: 1, accepted: 0, violated: 1 })
  })

  it('what a Byzantine node decides is no decision', () => {
    const book = ledger()
    book.taken(0, 0)
    book.taken(2, 0)
    expect(book.decided({ index: 0, node: 2, isAccepted: true })).toBe(0)
    expect(book.contestedOpen).toBe(1)
    for (const node of [0, 1]) book.decided({ index: 2, node, isAccepted: true })
    expect(book.counts).toMatchObject({ decided: 1, decidedEverywhere: 1 })
  })
})
