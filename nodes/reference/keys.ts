import { createPrivateKey, createPublicKey } from 'node:crypto'

/** The kinds of key a node has. Each is made from a 32-byte seed. */
export type KeyKind = 'ed25519' | 'ml-dsa-44'

/** DER of a PKCS#8 private key up to the 32 bytes of its seed (RFC 8410; RFC 9881 section 6, seed-only form). */
const privateKeyHead: Record<KeyKind, string> = {
  ed25519: '302e020100300506032b657004220420',
  'ml-dsa-44': '3034020100300b060960864801650304031104228020',
}

const publicKeyBytes: Record<KeyKind, number> = { ed25519: 32, 'ml-dsa-44': 1312 }

/** The raw public key that belongs to a 32-byte seed. */
export function publicKey(kind: KeyKind, seed: Uint8Array): Buffer {
  const der = Buffer.concat([Buffer.from(privateKeyHead[kind], 'hex'), seed])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  // A subject public key info ends with the raw key.
  return spki.subarray(spki.length - publicKeyBytes[kind])
}
