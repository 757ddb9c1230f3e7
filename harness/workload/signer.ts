import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto'
import { stream } from '../../model/random.ts'
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

/** Goes before every transaction's signed bytes, so that a signature means nothing anywhere else. */
const domain = Buffer.from('whiteout-transaction-1')
const ownerBytes = 32
const nonceBytes = 8
/** DER of a PKCS#8 ed25519 private key up to its 32-byte seed (RFC 8410). */
const privateKeyHead = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Derives the owners' keys from the run's seed and signs transactions with payloads drawn from it. */
export function createSigner(options: { seed: string; payloadBytes: number }): Signer {
  const owners = Array.from({ length: ownerCount }, (_, owner) => ownerKeys(options.seed, owner))
  return {
    sign: ({ index, owner, nonce, rival }) => {
      const { privateKey, publicKey, hex } = owners[owner]!
      const bytes = payload(options, { index, isSecondSide: rival !== undefined && rival < index })
      const head = Buffer.alloc(domain.length + ownerBytes + nonceBytes)
      domain.copy(head)
      publicKey.copy(head, domain.length)
      head.writeBigUInt64BE(BigInt(nonce), domain.length + ownerBytes)
      const signed = Buffer.concat([head, bytes])
      const signature = sign(null, signed, privateKey)
      return {
        id: hash('sha256', Buffer.concat([signed, signature]), 'buffer'),
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

interface OwnerKeys {
  readonly privateKey: KeyObject
  readonly publicKey: Buffer
  readonly hex: string
}

function ownerKeys(seed: string, owner: number): OwnerKeys {
  const keySeed = hash('sha256', `${seed}/workload/owner/${owner}`, 'buffer')
  const der = Buffer.concat([privateKeyHead, keySeed])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const publicKey = spki.subarray(spki.length - ownerBytes)
  return { privateKey, publicKey, hex: publicKey.toString('hex') }
}
