import { hkdfSync } from 'node:crypto'
import { publicKey } from './keys.ts'

/** One node's secrets and what the others know of it. */
export interface Identity {
  readonly peerSeed: Buffer
  readonly agreementSeed: Buffer
  readonly vertexSeed: Buffer
  readonly peerKey: Buffer
  readonly agreementKey: Buffer
  readonly vertexKey: Buffer
}

const seedBytes = 32

/** The identity of a node, derived from the run's seed and the node's index alone. */
export function deriveIdentity(seed: string, index: number): Identity {
  const peerSeed = subSeed(seed, `node/${index}/peer`)
  const agreementSeed = subSeed(seed, `node/${index}/agreement`)
  const vertexSeed = subSeed(seed, `node/${index}/vertex`)
  return {
    peerSeed,
    agreementSeed,
    vertexSeed,
    peerKey: publicKey('ed25519', peerSeed),
    agreementKey: publicKey('x25519', agreementSeed),
    vertexKey: publicKey('ml-dsa-44', vertexSeed),
  }
}

function subSeed(seed: string, name: string): Buffer {
  return Buffer.from(hkdfSync('sha256', seed, 'whiteout', name, seedBytes))
}
