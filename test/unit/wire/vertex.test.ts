import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { transactionBytes } from '../../../nodes/contract/transaction.ts'
import { decodeVertex, encodeBody, encodeVertex } from '../../../nodes/wire/vertex.ts'

const sha256Hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Transactions of one vertex whose payloads have these lengths. */
const fieldsOf = (lengths: readonly number[]) =>
  lengths.map((length, i) => ({
    owner: Buffer.alloc(32, i + 1),
    nonce: 2 ** 32 - 1 - i,
    payload: Buffer.alloc(length, i + 2),
    signature: Buffer.alloc(64, i + 3),
  }))

function encoded(lengths: readonly number[]): Uint8Array {
  const transactions = fieldsOf(lengths).map(each => ({
    ...each,
    ...{ id: '', key: '', owner: each.owner.toString('hex') },
  }))
  const body = { issuer: 0, sequence: 0, parents: [], transactions, timestampMs: 1 }
  return encodeVertex(encodeBody(body), new Uint8Array(2420))
}

/** Each transaction is checked in room that the next one uses again. */
const lengths = [
  { name: 'of one length', lengths: [40, 40, 40] },
  { name: 'of several lengths in turn', lengths: [40, 3, 40, 0, 0, 300, 40] },
]

describe('decoding a vertex', () => {
  it.each(lengths)('gives transactions $name the ids of their own bytes', ({ lengths }) => {
    const checks = { sha256Hex, verifyVertex: () => true, verifyTransaction: () => true }
    const vertex = decodeVertex(encoded(lengths), 1, checks)
    const ids = fieldsOf(lengths).map(each => sha256Hex(transactionBytes(each).identity))
    expect(vertex).toMatchObject({ transactions: ids.map(id => ({ id })) })
  })

  it.each(lengths)('checks each signature of transactions $name over their own bytes', ({ lengths }) => {
    const checked: string[] = []
    const verifyTransaction = (owner: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => {
      checked.push([owner, bytes, signature].map(each => Buffer.from(each).toString('hex')).join())
      return true
    }
    decodeVertex(encoded(lengths), 1, { sha256Hex, verifyVertex: () => true, verifyTransaction })
    const expected = fieldsOf(lengths).map(each =>
      [each.owner, transactionBytes(each).signed, each.signature]
        .map(bytes => Buffer.from(bytes).toString('hex'))
        .join(),
    )
    expect(checked).toEqual(expected)
  })
})
