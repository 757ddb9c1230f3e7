import { describe, expect, it } from '@jest/globals'
import type { Transaction, Vertex } from '../../../nodes/consensus/types.ts'
import { EvidenceBook } from '../../../nodes/host/evidence-book.ts'

const transaction = (id: string, key: string): Transaction => {
  const bytes = new Uint8Array()
  return { id, key, owner: key, nonce: 0, payload: bytes, signature: bytes }
}
const vertex = (id: string, more: Partial<Vertex> = {}): Vertex => ({
  ...{ id, issuer: 1, sequence: 0, parents: [], timestampMs: 0 },
  ...{ transactions: [transaction(`t-${id}`, `k-${id}`)], ...more },
})

describe('evidence', () => {
  it('two vertices of one issuer with one number are equivocation, the same one twice is not', () => {
    const book = new EvidenceBook(4, { areVotesFinal: true })
    book.vertex(vertex('a'))
    book.vertex(vertex('a'))
    book.vertex(vertex('b', { sequence: 1 }))
    book.vertex(vertex('c', { issuer: 2 }))
    expect(book.read().caught).toEqual([])
    book.vertex(vertex('d'))
    expect(book.read().caught).toEqual([
      { node: 1, offence: 'equivocation', count: 1, first: 'number 0: a and d' },
    ])
  })

  it('two different votes on a vertex are contradictory; the same again, and claims, are not', () => {
    const book = new EvidenceBook(4, { areVotesFinal: true })
    book.votes([2, 3], [{ vertex: 'a', exceptions: [1, 0] }])
    book.votes([2], [{ vertex: 'a', exceptions: [0, 1], claims: [1] }])
    book.votes([0], [{ vertex: 'a', exceptions: [] }])
    expect(book.offenders).toBe(0)
    book.votes([3], [{ vertex: 'a', exceptions: [] }])
    expect(book.read().caught).toMatchObject([{ node: 3, offence: 'contradictory-votes', count: 1 }])
  })

  it('where votes may change nobody is caught at it, and the last one counts', () => {
    const book = new EvidenceBook(4, { areVotesFinal: false })
    const transactions = [transaction('one', 'key')]
    book.vertex(vertex('a', { transactions }))
    book.vertex(vertex('b', { sequence: 1, transactions: [transaction('other', 'key')] }))
    book.votes([3], [{ vertex: 'a', exceptions: [0] }])
    book.votes([3], [{ vertex: 'a', exceptions: [] }])
    expect(book.offenders).toBe(0)
    const { votes } = book.read().contested.find(({ vertex }) => vertex === 'a')!
    expect(votes.filter(({ voters }) => voters.includes(3))).toEqual([{ exceptions: [], voters: [3] }])
  })

  it('counts peers, not offences', () => {
    const book = new EvidenceBook(4, { areVotesFinal: true })
    for (let i = 0; i < 3; i += 1) book.catch(2, 'garbage', 'a frame of 9 bytes')
    book.catch(2, 'bad-signature', 'vertex a: signature')
    expect(book.offenders).toBe(1)
    expect(book.read().caught.map(({ count }) => count)).toEqual([3, 1])
  })

  it('tells who voted how on what is contested, votes that came first included, and of nothing else', () => {
    const book = new EvidenceBook(4, { areVotesFinal: true })
    book.votes([2], [{ vertex: 'b', exceptions: [0] }])
    book.vertex(vertex('plain', { sequence: 9 }))
    const [one, other] = [transaction('one', 'key'), transaction('other', 'key')]
    book.vertex(vertex('a', { sequence: 1, transactions: [transaction('x', 'x'), one] }))
    expect(book.read().contested).toEqual([])
    book.vertex(vertex('b', { issuer: 3, transactions: [other] }))
    book.votes([0, 1], [{ vertex: 'b', exceptions: [] }])
    expect(book.read().contested).toEqual([
      { vertex: 'a', issuer: 1, transactions: [{ position: 1, id: 'one', set: 'key' }], votes: [] },
      {
        ...{ vertex: 'b', issuer: 3, transactions: [{ position: 0, id: 'other', set: 'key' }] },
        votes: [
          { exceptions: [0], voters: [2] },
          { exceptions: [], voters: [0, 1] },
        ],
      },
    ])
  })
})
