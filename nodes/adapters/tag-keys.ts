import sodium from 'sodium-native/binding.js'
import { tagKeyBytes } from '../../model/node-config.ts'
import { tagBytes } from '../wire/frame.ts'

/**
 * Tags over votes: SipHash-2-4 (Aumasson and Bernstein, 2012) with a key for each direction of each pair of nodes. Only the two nodes of
 * a pair can make or check one. A function of key and bytes alone needs no counters, so nothing has to be remembered over a restart.
 */
export class TagKeys {
  /** By node: the keys of tags to it, and of tags from it. */
  readonly #outbound: readonly Uint8Array[]
  readonly #inbound: readonly Uint8Array[]
  readonly #scratch = new Uint8Array(tagBytes)

  /** @param keys for each node of the roster the key of tags to it, then that of tags from it */
  constructor(keys: Uint8Array) {
    const at = (i: number) => keys.subarray(i * tagKeyBytes, (i + 1) * tagKeyBytes)
    const nodes = Array.from({ length: keys.length / (2 * tagKeyBytes) }, (_, node) => node)
    this.#outbound = nodes.map(node => at(2 * node))
    this.#inbound = nodes.map(node => at(2 * node + 1))
  }

  /** @throws RangeError for a receiver outside of the roster */
  make(bytes: Uint8Array, receivers: readonly number[]): Uint8Array {
    const tags = new Uint8Array(receivers.length * tagBytes)
    receivers.forEach((receiver, i) => {
      tags.set(this.#tag(bytes, this.#outbound[receiver]), i * tagBytes)
    })
    return tags
  }

  /**
   * Those of the nodes that made their tag over the bytes for this node.
   * @param tags one for each of them, one after the other; nobody's when there are more or less
   * @throws RangeError for a node outside of the roster
   */
  good(origins: readonly number[], bytes: Uint8Array, tags: Uint8Array): number[] {
    if (tags.length !== origins.length * tagBytes) return []
    return origins.filter((origin, i) => isAt(tags, i * tagBytes, this.#tag(bytes, this.#inbound[origin])))
  }

  /** The result is overwritten by the next call. */
  #tag(bytes: Uint8Array, key: Uint8Array | undefined): Uint8Array {
    if (!key) throw new RangeError('no such node in the roster')
    sodium.crypto_shorthash(this.#scratch, bytes, key)
    return this.#scratch
  }
}

function isAt(tags: Uint8Array, at: number, tag: Uint8Array): boolean {
  for (let i = 0; i < tagBytes; i += 1) if (tags[at + i] !== tag[i]) return false
  return true
}
