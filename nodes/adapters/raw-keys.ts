import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/**
 * Raw key bytes to KeyObjects. Each is wrapped in the fixed DER prefix of its algorithm: PKCS8 around a seed (RFC 8410,
 * RFC 9881), SPKI around a public key.
 */
const algorithms = {
  ed25519: {
    seed: '302e020100300506032b657004220420',
    public: '302a300506032b6570032100',
    publicBytes: 32,
  },
  'ml-dsa-44': {
    seed: '3034020100300b06096086480165030403110422' + '8020',
    public: '30820532300b0609608648016503040311038205' + '2100',
    publicBytes: 1312,
  },
} as const

export type KeyAlgorithm = keyof typeof algorithms

const seedBytes = 32

/** @throws RangeError when the seed does not have 32 bytes. */
export function privateKeyFromSeed(algorithm: KeyAlgorithm, seed: Uint8Array): KeyObject {
  if (seed.length !== seedBytes)
    throw new RangeError(`an ${algorithm} seed of ${seed.length} bytes; expected ${seedBytes}`)
  const key = Buffer.concat([Buffer.from(algorithms[algorithm].seed, 'hex'), seed])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

/** @throws RangeError when `raw` has the wrong length, or Node's error when it is no point on the curve. */
export function publicKeyFromRaw(algorithm: KeyAlgorithm, raw: Uint8Array): KeyObject {
  const expected = algorithms[algorithm].publicBytes
  if (raw.length !== expected)
    throw new RangeError(`an ${algorithm} public key of ${raw.length} bytes; expected ${expected}`)
  const key = Buffer.concat([Buffer.from(algorithms[algorithm].public, 'hex'), raw])
  return withoutStacks(() => createPublicKey({ key, format: 'der', type: 'spki' }))
}

/** The raw public key that belongs to a private key. */
export function rawPublicKey(algorithm: KeyAlgorithm, privateKey: KeyObject): Uint8Array {
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return new Uint8Array(der.subarray(der.length - algorithms[algorithm].publicBytes))
}

/** Node throws and catches errors inside while it finds out what kind of key it got; their stacks are half of the cost. */
function withoutStacks<T>(action: () => T): T {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return action()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
