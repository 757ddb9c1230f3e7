import { hash, hkdfSync } from 'node:crypto'
import { tagKeyBytes } from '../../model/node-config.ts'
import { publicKey } from './keys.ts'

/** One node's secrets and what the others know of it. */
export interface Identity {
  readonly peerSeed: Buffer
  readonly vertexSeed: Buffer
  readonly peerKey: Buffer
  readonly vertexKey: Buffer
}

const seedBytes = 32

/** The identity of a node, derived from the run's seed and the node's index alone. */
export function deriveIdentity(seed: string, index: number): Identity {
  const peerSeed = subSeed(seed, `node/${index}/peer`)
  const vertexSeed = subSeed(seed, `node/${index}/vertex`)
  return {
    peerSeed,
    vertexSeed,
    peerKey: publicKey('ed25519', peerSeed),
    vertexKey: publicKey('ml-dsa-44', vertexSeed),
  }
}

/**
 * A key for each pair of nodes, dealt by whoever makes their other secrets: 500 nodes that agreed on them with X25519 instead
 * spent two minutes of CPU on it in their first round of votes.
 *
 * @returns by node: its keys with all nodes, one after the other in the order of the roster
 */
export function dealTagKeys(seed: string, nodes: number): Buffer[] {
  const secret = subSeed(seed, 'tags')
  const dealt = Array.from({ length: nodes }, () => Buffer.alloc(nodes * tagKeyBytes))
  for (let a = 0; a < nodes; a += 1) {
    for (let b = a; b < nodes; b += 1) {
      const key = hash('sha256', Buffer.concat([secret, Buffer.from(`${a}/${b}`)]), 'buffer')
      key.copy(dealt[a]!, b * tagKeyBytes, 0, tagKeyBytes)
      key.copy(dealt[b]!, a * tagKeyBytes, 0, tagKeyBytes)
    }
  }
  return dealt
}

function subSeed(seed: string, name: string): Buffer {
  return Buffer.from(hkdfSync('sha256', seed, 'whiteout', name, seedBytes))
}
