import { diffieHellman, hash, type KeyObject, sign, verify } from 'node:crypto'
import type { Crypto, NodeIndex } from '../host/ports.ts'
import { LeastRecentlyUsed } from './least-recently-used.ts'
import { privateKeyFromSeed, publicKeyFromRaw } from './raw-keys.ts'

export interface NodeCryptoOptions {
  readonly index: NodeIndex
  readonly vertexSeed: Uint8Array
  readonly agreementSeed: Uint8Array
  readonly roster: readonly { readonly agreementKey: Uint8Array; readonly vertexKey: Uint8Array }[]
}

/** Importing an ed25519 key costs 22 us against 60 us for a check; a held key takes about 1 kB. */
const ownerKeysMax = 1024
/** A held ML-DSA-44 key takes tens of kB outside of the JavaScript heap; importing one costs more than checking with it. */
const vertexKeysMax = 160

const tagBytes = 8
const tagDomain = Buffer.from('whiteout/tag/1\0')

/** The node's cryptography on node:crypto alone: ML-DSA-44, ed25519, X25519 and SHA-256 of OpenSSL 3.5. */
export class NodeCrypto implements Crypto {
  readonly #options: NodeCryptoOptions
  readonly #vertexKey: KeyObject
  readonly #agreementKey: KeyObject
  readonly #ownerKeys = new LeastRecentlyUsed<string, KeyObject>(ownerKeysMax)
  readonly #vertexKeys = new LeastRecentlyUsed<NodeIndex, KeyObject>(vertexKeysMax)
  /** Tag keys by peer, each followed by room for the digest, so that a tag is one hash of one buffer. */
  readonly #tagInputs: (Buffer | undefined)[] = []

  constructor(options: NodeCryptoOptions) {
    this.#options = options
    this.#vertexKey = privateKeyFromSeed('ml-dsa-44', options.vertexSeed)
    this.#agreementKey = privateKeyFromSeed('x25519', options.agreementSeed)
  }

  sha256(bytes: Uint8Array): Uint8Array {
    return hash('sha256', bytes, 'buffer')
  }

  signVertex(bytes: Uint8Array): Uint8Array {
    return sign(null, bytes, this.#vertexKey)
  }

  verifyVertex(issuer: NodeIndex, bytes: Uint8Array, signature: Uint8Array): boolean {
    const raw = this.#options.roster[issuer]?.vertexKey
    if (raw === undefined) return false
    const key = this.#vertexKeys.getOrMake(issuer, () => publicKeyFromRaw('ml-dsa-44', raw))
    return verify(null, bytes, key, signature)
  }

  verifyTransaction(owner: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
    if (owner.length !== 32 || signature.length !== 64) return false
    try {
      const name = Buffer.from(owner.buffer, owner.byteOffset, owner.byteLength).toString('latin1')
      const key = this.#ownerKeys.getOrMake(name, () => publicKeyFromRaw('ed25519', owner))
      return verify(null, bytes, key, signature)
    } catch {
      // OpenSSL throws on bytes that are no curve point; to the protocol that is a bad signature like any other.
      return false
    }
  }

  tag(peer: NodeIndex, digest: Uint8Array): Uint8Array {
    const input = this.#tagInputs[peer] ?? this.#makeTagInput(peer)
    this.#tagInputs[peer] = input
    input.set(digest, 32)
    return hash('sha256', input.subarray(0, 32 + digest.length), 'buffer').subarray(0, tagBytes)
  }

  #makeTagInput(peer: NodeIndex): Buffer {
    const raw = this.#options.roster[peer]?.agreementKey
    if (raw === undefined) throw new RangeError(`no node ${peer} in the roster`)
    const secret = diffieHellman({
      privateKey: this.#agreementKey,
      publicKey: publicKeyFromRaw('x25519', raw),
    })
    const { index } = this.#options
    const pair = Buffer.alloc(8)
    pair.writeUInt32BE(Math.min(index, peer), 0)
    pair.writeUInt32BE(Math.max(index, peer), 4)
    return Buffer.concat([
      hash('sha256', Buffer.concat([tagDomain, secret, pair]), 'buffer'),
      Buffer.alloc(32),
    ])
  }
}
