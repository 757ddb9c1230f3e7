import { conflictKey, type Transaction } from '../consensus/types.ts'

const domain = new TextEncoder().encode('whiteout-transaction-1')
const ownerBytes = 32
const nonceBytes = 8

/** The fields of a transaction as they travel; `owner` raw instead of hex. */
export interface TransactionFields {
  readonly owner: Uint8Array
  readonly nonce: number
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

/**
 * `signed` is what the owner signs: domain, owner, nonce as 8 bytes big-endian, payload. `identity` is what the id is the
 * SHA-256 of: the same, then the signature.
 */
export function transactionBytes(fields: TransactionFields): { signed: Uint8Array; identity: Uint8Array } {
  const { owner, nonce, payload, signature } = fields
  const payloadAt = domain.length + ownerBytes + nonceBytes
  const signatureAt = payloadAt + payload.length
  const identity = Buffer.allocUnsafe(signatureAt + signature.length)
  identity.set(domain)
  identity.set(owner, domain.length)
  identity.writeUInt32BE(Math.floor(nonce / 2 ** 32), domain.length + ownerBytes)
  identity.writeUInt32BE(nonce % 2 ** 32, domain.length + ownerBytes + 4)
  identity.set(payload, payloadAt)
  identity.set(signature, signatureAt)
  return { signed: identity.subarray(0, signatureAt), identity }
}

export function toTransaction(id: string, fields: TransactionFields): Transaction {
  const { nonce, payload, signature } = fields
  const owner = toHex(fields.owner)
  return { id, owner, nonce, key: conflictKey({ owner, nonce }), payload, signature }
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

export function fromHex(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex')
}
