import { hash, type KeyObject, sign, verify } from 'node:crypto'
import type { Crypto, NodeIndex } from '../host/ports.ts'
import { privateKeyFromSeed, publicKeyFromRaw } from '../reference/keys.ts'
import { verifyEd25519 } from './ed25519.ts'
import { LeastRecentlyUsed } from './least-recently-used.ts'
import { TagKeys } from './tag-keys.ts'

export interface NodeCryptoOptions {
  readonly index: NodeIndex
  readonly vertexSeed: Uint8Array
  /** See tag-keys.ts. */
  readonly tagKeys: Uint8Array
  readonly roster: readonly { readonly vertexKey: Uint8Array }[]
}

/** A held ML-DSA-44 key takes tens of kB outside of the JavaScript heap; importing one costs more than checking with it. */
const vertexKeysMax = 160

/** The node's cryptography: ML-DSA-44 and SHA-256 of OpenSSL 3.5 through node:crypto, ed25519 and SipHash of libsodium. */
export class NodeCrypto implements Crypto {
  readonly #options: NodeCryptoOptions
  readonly #vertexKey: KeyObject
  readonly #vertexKeys = new LeastRecentlyUsed<NodeIndex, KeyObject>(vertexKeysMax)
  readonly #tagKeys: TagKeys

  constructor(options: NodeCryptoOptions) {
    this.#options = options
    this.#vertexKey = privateKeyFromSeed('ml-dsa-44', options.vertexSeed)
    this.#tagKeys = new TagKeys(options.tagKeys)
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
    const key = this.#vertexKeys.getOrMake(issuer, () => publicKeyFromRaw('ml-dsa-44', raw))
    return verify(null, bytes, key, signature)
  }

  verifyTransaction(owner: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
    return verifyEd25519(owner, bytes, signature)
  }

  tags(bytes: Uint8Array, receivers: readonly NodeIndex[]): Uint8Array {
    return this.#tagKeys.make(bytes, receivers)
  }

  tagged(origins: readonly NodeIndex[], bytes: Uint8Array, tags: Uint8Array): NodeIndex[] {
    return this.#tagKeys.good(origins, bytes, tags)
  }
}
