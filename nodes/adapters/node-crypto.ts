import { hash, type KeyObject, sign, verify } from 'node:crypto'
import { tagKeyBytes } from '../../model/node-config.ts'
import type { Crypto, NodeIndex } from '../host/ports.ts'
import { verifyEd25519 } from './ed25519.ts'
import { LeastRecentlyUsed } from './least-recently-used.ts'
import { privateKeyFromSeed, publicKeyFromRaw } from './ml-dsa-keys.ts'

export interface NodeCryptoOptions {
  readonly index: NodeIndex
  readonly vertexSeed: Uint8Array
  /** One key of `tagKeyBytes` for each node of the roster. */
  readonly tagKeys: Uint8Array
  readonly roster: readonly { readonly vertexKey: Uint8Array }[]
}

/** A held ML-DSA-44 key takes tens of kB outside of the JavaScript heap; importing one costs more than checking with it. */
const vertexKeysMax = 160

const tagBytes = 8
const digestBytes = 32

/** The node's cryptography: ML-DSA-44 and SHA-256 of OpenSSL 3.5 through node:crypto, ed25519 of libsodium. */
export class NodeCrypto implements Crypto {
  readonly #options: NodeCryptoOptions
  readonly #vertexKey: KeyObject
  readonly #vertexKeys = new LeastRecentlyUsed<NodeIndex, KeyObject>(vertexKeysMax)
  /** A key and a digest, so that a tag is one hash of one buffer. */
  readonly #tagInput = Buffer.alloc(tagKeyBytes + digestBytes)

  constructor(options: NodeCryptoOptions) {
    this.#options = options
    this.#vertexKey = privateKeyFromSeed(options.vertexSeed)
  }

  sha256(bytes: Uint8Array): Uint8Array {
    return hash('sha256', bytes, 'buffer')
  }

  sha256Hex(bytes: Uint8Array): string {
    return hash('sha256', bytes, 'hex')
  }

  signVertex(bytes: Uint8Array): Uint8Array {
    return sign(null, bytes, this.#vertexKey)
  }

  verifyVertex(issuer: NodeIndex, bytes: Uint8Array, signature: Uint8Array): boolean {
    const raw = this.#options.roster[issuer]?.vertexKey
    if (raw === undefined) return false
    const key = this.#vertexKeys.getOrMake(issuer, () => publicKeyFromRaw(raw))
    return verify(null, bytes, key, signature)
  }

  verifyTransaction(owner: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
    return verifyEd25519(owner, bytes, signature)
  }

  tag(peer: NodeIndex, digest: Uint8Array): Uint8Array {
    const { tagKeys } = this.#options
    const key = tagKeys.subarray(peer * tagKeyBytes, (peer + 1) * tagKeyBytes)
    if (key.length < tagKeyBytes) throw new RangeError(`no node ${peer} in the roster`)
    this.#tagInput.set(key)
    this.#tagInput.set(digest, tagKeyBytes)
    return hash('sha256', this.#tagInput, 'buffer').subarray(0, tagBytes)
  }
}
