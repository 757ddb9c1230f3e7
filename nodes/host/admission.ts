import type { Transaction } from '../consensus/types.ts'
import { nonceMax, payloadBytesMax } from '../contract/limits.ts'
import { transactionBytes } from '../contract/transaction.ts'
import { whiteout } from '../wire/messages.js'
import { fromHex, toTransaction } from '../wire/transaction.ts'
import type { Crypto, SubmittedTransaction } from './ports.ts'

export interface Refusal {
  readonly code: string
  readonly message: string
}

/** Checks what a client sent: shape and the owner's signature. */
export function examine(submitted: SubmittedTransaction, crypto: Crypto): Transaction | Refusal {
  const { owner, nonce, payload, signature } = submitted
  if (owner.length !== 32) return { code: 'owner', message: `owner: expected 32 bytes, got ${owner.length}` }
  if (signature.length !== 64) {
    return { code: 'signature', message: `signature: expected 64 bytes, got ${signature.length}` }
  }
  if (!Number.isInteger(nonce) || nonce < 0 || nonce > nonceMax) {
    return { code: 'nonce', message: `nonce: expected an integer from 0 to ${nonceMax}, got ${nonce}` }
  }
  if (payload.length > payloadBytesMax) {
    return {
      code: 'payload',
      message: `payload: expected at most ${payloadBytesMax} bytes, got ${payload.length}`,
    }
  }
  const { signed, identity } = transactionBytes(submitted)
  if (!crypto.verifyTransaction(owner, signed, signature)) {
    return { code: 'signature', message: 'the signature is not the owner’s over this transaction' }
  }
  return toTransaction(crypto.sha256Hex(identity), submitted)
}

/** A queued transaction as it is stored. */
export function encodeQueued(transaction: Transaction): Uint8Array {
  const { nonce, payload, signature } = transaction
  return whiteout.Transaction.encode({
    owner: fromHex(transaction.owner),
    nonce,
    payload,
    signature,
  }).finish()
}

export function decodeQueued(bytes: Uint8Array, hash: (bytes: Uint8Array) => string): Transaction {
  const { owner, nonce, payload, signature } = whiteout.Transaction.decode(new Uint8Array(bytes))
  const fields = { owner, nonce, payload, signature }
  return toTransaction(hash(transactionBytes(fields).identity), fields)
}
