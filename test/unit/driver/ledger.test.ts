import { describe, expect, it } from '@jest/globals'
import { createLedger } from '../../../harness/driver/ledger.ts'

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
