import { createHash } from 'node:crypto'
import { transactionBytes } from '../nodes/contract/transaction.ts'
import type { Crypto, SubmittedTransaction } from '../nodes/host/ports.ts'

export function sha256(...parts: (Uint8Array | string)[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Keyed hashes in place of signatures, so that hundreds of virtual nodes stay fast. */
export function cheapCrypto(self: number): Crypto {
  const stretch = (seed: Uint8Array, length: number) => Buffer.alloc(length, seed)
  const vertexSignature = (issuer: number, bytes: Uint8Array) =>
    stretch(sha256(`vertex ${issuer}`, bytes), 2420)
  return {
    sha256Hex: bytes => Buffer.from(sha256(bytes)).toString('hex'),
    signVertex: bytes => vertexSignature(self, bytes),
    verifyVertex: (issuer, bytes, signature) => vertexSignature(issuer, bytes).equals(signature),
    verifyTransaction: (owner, bytes, signature) => ownerSignature(owner, bytes).equals(signature),
    tags: (bytes, receivers) => Buffer.concat(receivers.map(receiver => tag(self, receiver, bytes))),
    tagged: (origins, bytes, claimed) =>
      origins.filter((origin, i) => tag(origin, self, bytes).equals(claimed.subarray(8 * i, 8 * (i + 1)))),
  }
}

function tag(from: number, to: number, bytes: Uint8Array): Buffer {
  const key = `${from}>${to}`
  return Buffer.from(sha256(key, bytes).subarray(0, 8))
}

/** In place of an owner's ed25519 signature. */
export function ownerSignature(owner: Uint8Array, bytes: Uint8Array): Buffer {
  return Buffer.alloc(64, sha256(owner, bytes))
}

/** A transaction of an owner, who is a number here, signed by it. */
export function submitted(owner: number, nonce: number, text = ''): SubmittedTransaction {
  const fields = { owner: Buffer.alloc(32, owner + 1), nonce, payload: Buffer.from(text) }
  const bytes = transactionBytes({ ...fields, signature: new Uint8Array() })
  return { ...fields, signature: ownerSignature(fields.owner, bytes.signed) }
}
