import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto'

/** Each kind is made from 32 bytes. Those of x25519 are for one connection, the others for the life of a node. */
export type KeyKind = 'ed25519' | 'x25519' | 'ml-dsa-44'

interface Form {
  /** DER of a PKCS#8 private key up to the 32 bytes of its seed (RFC 8410; RFC 9881 section 6, seed-only form). */
  readonly privateHead: Buffer
  /** DER of a subject public key info up to the raw key, which ends it. */
  readonly publicHead: Buffer
  readonly publicKeyBytes: number
}

const seedBytes = 32
const hex = (text: string) => Buffer.from(text, 'hex')
const forms: Readonly<Record<KeyKind, Form>> = {
  ed25519: {
    privateHead: hex('302e020100300506032b657004220420'),
    publicHead: hex('302a300506032b6570032100'),
    publicKeyBytes: 32,
  },
  x25519: {
    privateHead: hex('302e020100300506032b656e04220420'),
    publicHead: hex('302a300506032b656e032100'),
    publicKeyBytes: 32,
  },
  'ml-dsa-44': {
    privateHead: hex('3034020100300b060960864801650304031104228020'),
    publicHead: hex('30820532300b06096086480165030403110382052100'),
    publicKeyBytes: 1312,
  },
}

/** Derives the seed of a key from the seed of a run. Equal names give equal keys. */
export function deriveSeed(seed: string, name: string): Buffer {
  return Buffer.from(hkdfSync('sha256', seed, 'whiteout', name, seedBytes))
}

/** @throws RangeError when the seed does not have 32 bytes */
export function privateKeyFromSeed(kind: KeyKind, seed: Uint8Array): KeyObject {
  if (seed.length !== seedBytes) throw wrongLength(`${kind} seed`, seed, seedBytes)
  const key = Buffer.concat([forms[kind].privateHead, seed])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

/** @throws RangeError when `raw` has the wrong length */
export function publicKeyFromRaw(kind: KeyKind, raw: Uint8Array): KeyObject {
  const { publicHead, publicKeyBytes } = forms[kind]
  if (raw.length !== publicKeyBytes) throw wrongLength(`${kind} public key`, raw, publicKeyBytes)
  const key = Buffer.concat([publicHead, raw])
  return withoutStacks(() => createPublicKey({ key, format: 'der', type: 'spki' }))
}

export function rawOf(kind: KeyKind, key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(forms[kind].publicHead.length)
}

/** The raw public key that belongs to a 32-byte seed. */
export function publicKey(kind: KeyKind, seed: Uint8Array): Buffer {
  return rawOf(kind, createPublicKey(privateKeyFromSeed(kind, seed)))
}

function wrongLength(what: string, bytes: Uint8Array, expected: number): RangeError {
  return new RangeError(`${what} of ${bytes.length} bytes; expected ${expected}`)
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
