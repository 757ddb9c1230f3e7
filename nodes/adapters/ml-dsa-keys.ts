import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/**
 * Raw ML-DSA-44 keys to KeyObjects. Each is wrapped in its fixed DER prefix (RFC 9881): PKCS8 around a seed, SPKI around
 * a public key.
 */
const heads = {
  seed: Buffer.from('3034020100300b060960864801650304031104228020', 'hex'),
  public: Buffer.from('30820532300b06096086480165030403110382052100', 'hex'),
}
const seedBytes = 32
const publicKeyBytes = 1312

/** @throws RangeError when the seed does not have 32 bytes. */
export function privateKeyFromSeed(seed: Uint8Array): KeyObject {
  if (seed.length !== seedBytes)
    throw new RangeError(`an ML-DSA-44 seed of ${seed.length} bytes; expected ${seedBytes}`)
  return createPrivateKey({ key: Buffer.concat([heads.seed, seed]), format: 'der', type: 'pkcs8' })
}

/** @throws RangeError when `raw` has the wrong length. */
export function publicKeyFromRaw(raw: Uint8Array): KeyObject {
  if (raw.length !== publicKeyBytes)
    throw new RangeError(`an ML-DSA-44 public key of ${raw.length} bytes; expected ${publicKeyBytes}`)
  const key = Buffer.concat([heads.public, raw])
  return withoutStacks(() => createPublicKey({ key, format: 'der', type: 'spki' }))
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
