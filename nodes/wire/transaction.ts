import type { Transaction } from '../consensus/types.ts'

const domain = new TextEncoder().encode('whiteout-transaction-1')
const ownerBytes = 32

/** The fields of a transaction as they travel; `owner` raw instead of hex. */
export interface TransactionFields {
  readonly owner: Uint8Array
  readonly nonce: number
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

/** The bytes its owner signs: domain, owner, nonce as 8 bytes big-endian, payload. */
export function signedBytes(fields: Omit<TransactionFields, 'signature'>): Uint8Array {
  const bytes = new Uint8Array(domain.length + ownerBytes + 8 + fields.payload.length)
  bytes.set(domain)
  bytes.set(fields.owner, domain.length)
  new DataView(bytes.buffer).setBigUint64(domain.length + ownerBytes, BigInt(fields.nonce))
  bytes.set(fields.payload, domain.length + ownerBytes + 8)
  return bytes
}

/** What the transaction's id is the SHA-256 of: the signed bytes, then the signature. */
export function identityBytes(signed: Uint8Array, signature: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(signed.length + signature.length)
  bytes.set(signed)
  bytes.set(signature, signed.length)
  return bytes
}

export function toTransaction(id: string, fields: TransactionFields): Transaction {
  const { nonce, payload, signature } = fields
  return { id, owner: toHex(fields.owner), nonce, payload, signature }
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

export function fromHex(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex')
}
