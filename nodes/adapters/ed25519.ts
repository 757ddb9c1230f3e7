import sodium from 'sodium-native/binding.js'

/**
 * ed25519 signatures of transactions, by libsodium. Nodes and driver use this implementation only: others accept different
 * sets of malformed signatures, and a second one could split the network over what is valid.
 *
 * Accepts a signature when S is below the group order, key and R are canonically encoded points of large order, and R
 * is what the equation without cofactor gives. test/contract/ed25519.test.ts has a vector for each condition.
 */
const seedBytes = 32
const publicKeyBytes = 32
const secretKeyBytes = 64
const signatureBytes = 64

export interface Ed25519Key {
  readonly publicKey: Uint8Array
  /** Seed and public key, as libsodium takes them. */
  readonly secretKey: Uint8Array
}

/** @throws RangeError when the seed does not have 32 bytes. */
export function ed25519KeyOf(seed: Uint8Array): Ed25519Key {
  if (seed.length !== seedBytes)
    throw new RangeError(`an ed25519 seed of ${seed.length} bytes; expected ${seedBytes}`)
  const publicKey = new Uint8Array(publicKeyBytes)
  const secretKey = new Uint8Array(secretKeyBytes)
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed)
  return { publicKey, secretKey }
}

/** Returns 64 bytes that depend on key and message alone (RFC 8032). About 18 us. */
export function signEd25519(message: Uint8Array, { secretKey }: Ed25519Key): Buffer {
  const signature = Buffer.alloc(signatureBytes)
  sodium.crypto_sign_detached(signature, message, secretKey)
  return signature
}

/** Returns false for a key or signature of the wrong length too; never throws. About 50 us. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  // The native call reads the bytes it expects without checking lengths.
  if (publicKey.length !== publicKeyBytes || signature.length !== signatureBytes) return false
  return sodium.crypto_sign_verify_detached(
    signature.buffer,
    signature.byteOffset,
    signatureBytes,
    message.buffer,
    message.byteOffset,
    message.length,
    publicKey.buffer,
    publicKey.byteOffset,
    publicKeyBytes,
  )
}
