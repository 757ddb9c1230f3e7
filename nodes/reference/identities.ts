import { hash } from 'node:crypto'
import { tagKeyBytes } from '../../model/node-config.ts'
import { deriveSeed, publicKey } from './keys.ts'

/** One node's secrets and what the others know of it. */
export interface Identity {
  readonly peerSeed: Buffer
  readonly vertexSeed: Buffer
  readonly peerKey: Buffer
  readonly vertexKey: Buffer
}

/** The identity of a node, derived from the run's seed and the node's index alone. */
export function deriveIdentity(seed: string, index: number): Identity {
  const peerSeed = deriveSeed(seed, `node/${index}/peer`)
  const vertexSeed = deriveSeed(seed, `node/${index}/vertex`)
  return {
    peerSeed,
    vertexSeed,
    peerKey: publicKey('ed25519', peerSeed),
    vertexKey: publicKey('ml-dsa-44', vertexSeed),
  }
}

/**
 * Two keys for each pair of nodes, one a direction, dealt by whoever makes their other secrets: 500 nodes that agreed on them with X25519
 * instead spent two minutes of CPU on it in their first round of votes.
 *
 * @returns by node: for each node of the roster, in its order, the key of tags to it and the key of tags from it
 */
export function dealTagKeys(seed: string, nodes: number): Buffer[] {
  const secret = deriveSeed(seed, 'tags')
  const pairBytes = 2 * tagKeyBytes
  const dealt = Array.from({ length: nodes }, () => Buffer.alloc(nodes * pairBytes))
  for (let a = 0; a < nodes; a += 1) {
    for (let b = a; b < nodes; b += 1) {
      // The first half of the hash is for tags from a to b, the second for those from b to a.
      const keys = hash('sha256', Buffer.concat([secret, Buffer.from(`${a}/${b}`)]), 'buffer')
      keys.copy(dealt[a]!, b * pairBytes)
      keys.copy(dealt[b]!, a * pairBytes, tagKeyBytes, pairBytes)
      keys.copy(dealt[b]!, a * pairBytes + tagKeyBytes, 0, tagKeyBytes)
    }
  }
  return dealt
}
