import { conflictKey, type Transaction } from '../consensus/types.ts'

const domain = new TextEncoder().encode('whiteout-transaction-1')
const ownerBytes = 32
const nonceBytes = 8
const payloadAt = domain.length + ownerBytes + nonceBytes

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
export function transactionBytes(fields: TransactionFields): { signed: Uint8Array; identity: Buffer } {
  const { payload, signature } = fields
  const signatureAt = payloadAt + payload.length
  const identity = Buffer.allocUnsafe(signatureAt + signature.length)
  identity.set(domain)
  fill(identity, fields)
  return { signed: identity.subarray(0, signatureAt), identity }
}

/** Writes all but the domain. */
function fill(identity: Buffer, { owner, nonce, payload, signature }: TransactionFields): void {
  identity.set(owner, domain.length)
  identity.writeUInt32BE(Math.floor(nonce / 2 ** 32), domain.length + ownerBytes)
  identity.writeUInt32BE(nonce % 2 ** 32, domain.length + ownerBytes + 4)
  identity.set(payload, payloadAt)
  identity.set(signature, payloadAt + payload.length)
}

/** Room for the bytes of one transaction after the other, and views of it for payloads of one length. */
const shared = { signed: new Uint8Array(0), identity: Buffer.alloc(0), payloadBytes: -1 }

/** As `transactionBytes`, in room that the next call uses again: vertices hold hundreds of transactions of one length. */
export function sharedTransactionBytes(fields: TransactionFields): {
  signed: Uint8Array
  identity: Uint8Array
} {
  const payloadBytes = fields.payload.length
  if (payloadBytes === shared.payloadBytes) fill(shared.identity, fields)
  else Object.assign(shared, transactionBytes(fields), { payloadBytes })
  return shared
}

export function toTransaction(id: string, fields: TransactionFields): Transaction {
  const { nonce, payload, signature } = fields
  const owner = toHex(fields.owner)
  return { id, owner, nonce, key: conflictKey({ owner, nonce }), payload, signature }
}

/** What `toString('hex')` of a Buffer calls; it takes any view of bytes, so none has to be made. */
const { hexSlice } = Buffer.prototype as unknown as { hexSlice(start: number, end: number): string }

export function toHex(bytes: Uint8Array): string {
  return hexSlice.call(bytes, 0, bytes.length)
}

export function fromHex(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex')
}
