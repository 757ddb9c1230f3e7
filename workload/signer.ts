import { hash } from 'node:crypto'
import { transactionBytes } from '../nodes/contract/transaction.ts'
import { payload } from './payload.ts'
import { ownerCount } from './schedule.ts'

/** A transaction as the node contract takes it. */
interface SignedTransaction {
  /** SHA-256 over the signed bytes and the signature. */
  readonly id: Buffer
  /** The JSON object to put into the array of POST /transactions. */
  readonly json: string
}

export interface Signer {
  /** The same arguments give the same bytes. About 35 us with ed25519. */
  sign(transaction: { index: number; owner: number; nonce: number; rival?: number }): SignedTransaction
}

/** Who owns transactions. */
export interface Owner {
  readonly publicKey: Uint8Array
  /** The same arguments give the same signature. */
  sign(bytes: Uint8Array): Buffer
}

const noBytes = new Uint8Array(0)

/** Signs transactions with payloads drawn from a run's seed. @param ownerOf makes one of `ownerCount` owners */
export function signerOf(
  options: { seed: string; payloadBytes: number },
  ownerOf: (owner: number) => Owner,
): Signer {
  const owners = Array.from({ length: ownerCount }, (_, index) => {
    const owner = ownerOf(index)
    return { owner, hex: Buffer.from(owner.publicKey).toString('hex') }
  })
  return {
    sign: ({ index, owner: ownerIndex, nonce, rival }) => {
      const { owner, hex } = owners[ownerIndex]!
      const bytes = payload(options, { index, isSecondSide: rival !== undefined && rival < index })
      const unsigned = { owner: owner.publicKey, nonce, payload: bytes, signature: noBytes }
      const signature = owner.sign(transactionBytes(unsigned).signed)
      return {
        id: hash('sha256', transactionBytes({ ...unsigned, signature }).identity, 'buffer'),
        json: `{"owner":"${hex}","nonce":${nonce},"payload":"${bytes.toString('base64')}","signature":"${signature.toString('base64')}"}`,
      }
    },
  }
}
