import { conflictKey, type Transaction } from '../consensus/types.ts'
import type { TransactionFields } from '../contract/transaction.ts'

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
