import { createPublicKey, hash, verify } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { createSigner } from '../../../harness/driver/signer.ts'

const signer = createSigner({ seed: 'fixture', payloadBytes: 20 })

function parts(json: string) {
  const { owner, nonce, payload, signature } = JSON.parse(json) as Record<string, string> & { nonce: number }
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(nonce))
  const ownerKey = Buffer.from(owner!, 'hex')
  const signed = Buffer.concat([
    Buffer.from('whiteout-transaction-1'),
    ownerKey,
    number,
    Buffer.from(payload!, 'base64'),
  ])
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), ownerKey])
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return {
    owner,
    nonce,
    payload: Buffer.from(payload!, 'base64'),
    signed,
    key,
    signature: Buffer.from(signature!, 'base64'),
  }
}

describe('signer', () => {
  it('signs the contract’s bytes with the owner’s key, and names them by their hash', () => {
    const { id, json } = signer.sign({ index: 7, owner: 3, nonce: 258 })
    const { signed, key, signature, payload, nonce } = parts(json)
    expect(verify(null, signed, key, signature)).toBe(true)
    expect(id).toEqual(hash('sha256', Buffer.concat([signed, signature]), 'buffer'))
    expect([payload.length, nonce]).toEqual([20, 258])
  })

  it('makes the same bytes again, so that a transaction can be sent again', () => {
    const transaction = { index: 9, owner: 1, nonce: 0 }
    expect(createSigner({ seed: 'fixture', payloadBytes: 20 }).sign(transaction)).toEqual(
      signer.sign(transaction),
    )
    const otherRun = createSigner({ seed: 'another', payloadBytes: 20 }).sign(transaction)
    expect(parts(otherRun.json).owner).not.toBe(parts(signer.sign(transaction).json).owner)
  })

  it.each([0, 1, 2, 64])(
    'makes the two sides of a double-spend differ with a payload of %i bytes',
    payloadBytes => {
      const own = createSigner({ seed: 's', payloadBytes })
      for (let index = 0; index < 1_000; index += 2) {
        const one = own.sign({ index, owner: 0, nonce: 5, rival: index + 1 })
        const other = own.sign({ index: index + 1, owner: 0, nonce: 5, rival: index })
        expect(one.id).not.toEqual(other.id)
        expect(parts(one.json).owner).toBe(parts(other.json).owner)
      }
    },
  )
})
