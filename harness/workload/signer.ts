import { hash } from 'node:crypto'
import { stream } from '../../model/random.ts'
import { type Ed25519Key, ed25519KeyOf, signEd25519 } from '../../nodes/adapters/ed25519.ts'
import { transactionBytes } from '../../nodes/contract/transaction.ts'
import { deriveSeed } from '../../nodes/reference/keys.ts'
import { ownerCount } from './schedule.ts'

/** A transaction as the node contract takes it. */
interface SignedTransaction {
  /** SHA-256 over the signed bytes and the signature. */
  readonly id: Buffer
  /** The JSON object to put into the array of POST /transactions. */
  readonly json: string
}

export interface Signer {
  /** The same arguments give the same bytes: ed25519 signatures are deterministic. About 35 us. */
  sign(transaction: { index: number; owner: number; nonce: number; rival?: number }): SignedTransaction
}

const noBytes = new Uint8Array(0)

/** Derives the owners' keys from the run's seed and signs transactions with payloads drawn from it. */
export function createSigner(options: { seed: string; payloadBytes: number }): Signer {
  const owners = Array.from({ length: ownerCount }, (_, owner) => ownerOf(options.seed, owner))
  return {
    sign: ({ index, owner, nonce, rival }) => {
      const { key, hex } = owners[owner]!
      const bytes = payload(options, { index, isSecondSide: rival !== undefined && rival < index })
      const unsigned = { owner: key.publicKey, nonce, payload: bytes, signature: noBytes }
      const signature = signEd25519(transactionBytes(unsigned).signed, key)
      return {
        id: hash('sha256', transactionBytes({ ...unsigned, signature }).identity, 'buffer'),
        json: `{"owner":"${hex}","nonce":${nonce},"payload":"${bytes.toString('base64')}","signature":"${signature.toString('base64')}"}`,
      }
    },
  }
}

/**
 * Random bytes that depend on the index alone. The two sides of a double-spend must differ, so an empty payload
 * becomes one byte on the second side.
 */
function payload(
  options: { seed: string; payloadBytes: number },
  transaction: { index: number; isSecondSide: boolean },
): Buffer {
  const length = Math.max(options.payloadBytes, transaction.isSecondSide ? 1 : 0)
  const bytes = Buffer.from(stream(options.seed, `workload/payload/${transaction.index}`).bytes(length))
  // One random byte would be equal in one pair of 256; the lowest bit of the last byte tells the sides apart.
  if (length > 0) bytes[length - 1] = (bytes[length - 1]! & 0xfe) | (transaction.isSecondSide ? 1 : 0)
  return bytes
}

interface Owner {
  readonly key: Ed25519Key
  readonly hex: string
}

function ownerOf(seed: string, owner: number): Owner {
  const key = ed25519KeyOf(deriveSeed(seed, `workload/owner/${owner}`))
  return { key, hex: Buffer.from(key.publicKey).toString('hex') }
}
