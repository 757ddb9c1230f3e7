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
  /** Where tags are made, one after the other, and a view of the place of each: to make one for every tag costs more than the tag. */
  readonly #room: Uint8Array
  readonly #places: readonly Uint8Array[]

  /** @param keys for each node of the roster the key of tags to it, then that of tags from it */
  constructor(keys: Uint8Array) {
    const at = (i: number) => keys.subarray(i * tagKeyBytes, (i + 1) * tagKeyBytes)
    const nodes = Array.from({ length: keys.length / (2 * tagKeyBytes) }, (_, node) => node)
    this.#outbound = nodes.map(node => at(2 * node))
    this.#inbound = nodes.map(node => at(2 * node + 1))
    this.#room = new Uint8Array(nodes.length * tagBytes)
    this.#places = nodes.map(node => this.#room.subarray(node * tagBytes, (node + 1) * tagBytes))
  }

  /** @throws RangeError for a receiver outside of the roster, and for more receivers than it has nodes */
  make(bytes: Uint8Array, receivers: readonly number[]): Uint8Array {
    return this.#tags(bytes, receivers, this.#outbound).slice()
  }

  /**
   * Those of the nodes that made their tag over the bytes for this node.
   * @param tags one for each of them, one after the other; nobody's when there are more or less
   * @throws RangeError for a node outside of the roster, and for more nodes than it has
   */
  good(origins: readonly number[], bytes: Uint8Array, tags: Uint8Array): number[] {
    if (tags.length !== origins.length * tagBytes) return []
    const expected = this.#tags(bytes, origins, this.#inbound)
    // One comparison of all of them, as nearly always all are good.
    if (Buffer.compare(expected, tags) === 0) return [...origins]
    return origins.filter((_, i) => isSame(expected, tags, i * tagBytes))
  }

  /** The tags under the keys of these nodes. The result is overwritten by the next call. */
  #tags(bytes: Uint8Array, nodes: readonly number[], keys: readonly Uint8Array[]): Uint8Array {
    for (let i = 0; i < nodes.length; i += 1) {
      const key = keys[nodes[i]!]
      const place = this.#places[i]
      if (!key || !place) throw new RangeError('no such node in the roster')
      sodium.crypto_shorthash(place, bytes, key)
    }
    return this.#room.subarray(0, nodes.length * tagBytes)
  }
}

function isSame(expected: Uint8Array, tags: Uint8Array, from: number): boolean {
  for (let i = from; i < from + tagBytes; i += 1) if (expected[i] !== tags[i]) return false
  return true
}
