/** Goes before every transaction's signed bytes, so that a signature means nothing anywhere else. */
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
