import { diffieHellman, generateKeyPairSync, hkdfSync, type KeyObject } from 'node:crypto'
import { noise } from '@libp2p/noise'
import sodium from 'sodium-native/binding.js'
import { privateKeyFromSeed, publicKeyFromRaw, rawOf } from '../reference/keys.ts'

/** Bytes as noise passes them: an array, or a list of arrays that are one message. */
interface Bytes {
  readonly byteLength: number
  subarray(): Uint8Array
}

interface KeyPair {
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

/** What of noise's cryptography is replaced. */
interface NoiseCrypto {
  generateKeypair(): KeyPair
  dh(pair: KeyPair, publicKey: Bytes): Uint8Array
  hkdf(chainingKey: Uint8Array, input: Uint8Array): [Uint8Array, Uint8Array, Uint8Array]
  encrypt(plaintext: Bytes, nonce: Uint8Array, ad: Uint8Array, key: Uint8Array): Uint8Array
  decrypt(ciphertext: Bytes, nonce: Uint8Array, ad: Uint8Array, key: Uint8Array): Uint8Array
}

/** Length of Poly1305's tag. */
const authenticatorBytes = 16

const forged = new Error('a message of this connection is not authentic')

/** Key pairs as OpenSSL holds them. Importing a private key costs a second multiplication on the curve. */
const imported = new WeakMap<KeyPair, KeyObject>()

const native: NoiseCrypto = {
  generateKeypair() {
    const { publicKey, privateKey } = generateKeyPairSync('x25519')
    // The raw private key is only ever used in dh, which finds the imported one.
    const pair = { publicKey: rawOf('x25519', publicKey), privateKey: new Uint8Array(0) }
    imported.set(pair, privateKey)
    return pair
  },

  dh(pair, publicKey) {
    const privateKey = imported.get(pair) ?? importPair(pair)
    return diffieHellman({ privateKey, publicKey: publicKeyFromRaw('x25519', publicKey.subarray()) })
  },

  hkdf(chainingKey, input) {
    const keys = new Uint8Array(hkdfSync('sha256', input, chainingKey, '', 96))
    return [keys.subarray(0, 32), keys.subarray(32, 64), keys.subarray(64, 96)]
  },

  encrypt(plaintext, nonce, ad, key) {
    const ciphertext = new Uint8Array(plaintext.byteLength + authenticatorBytes)
    sodium.crypto_aead_chacha20poly1305_ietf_encrypt(ciphertext, plaintext.subarray(), ad, nonce, key)
    return ciphertext
  },

  decrypt(ciphertext, nonce, ad, key) {
    if (ciphertext.byteLength < authenticatorBytes) throw forged
    const plaintext = new Uint8Array(ciphertext.byteLength - authenticatorBytes)
    const length = sodium.crypto_aead_chacha20poly1305_ietf_decrypt(
      plaintext,
      ciphertext.subarray(),
      ad,
      nonce,
      key,
    )
    if (length < 0) throw forged
    return plaintext
  },
}

function importPair(pair: KeyPair): KeyObject {
  const key = privateKeyFromSeed('x25519', pair.privateKey)
  imported.set(pair, key)
  return key
}

interface Unread {
  readonly byteLength: number
  getUint16(at: number): number
}

/** What a secured connection cuts messages with: it asks for a length until there are too few bytes for one. */
interface LengthPrefixed {
  decoder?: { lengthDecoder: (bytes: Unread) => number }
}

/** Made once: with its stack captured anew at the end of each read it was a tenth of a node's CPU. */
const tooFewBytes = new RangeError('fewer than two bytes')

function lengthOf(bytes: Unread): number {
  if (bytes.byteLength < 2) throw tooFewBytes
  return bytes.getUint16(0)
}

function withCheapLengths<Secured extends { connection: unknown }>(secured: Secured): Secured {
  const { decoder } = secured.connection as LengthPrefixed
  if (decoder) decoder.lengthDecoder = lengthOf
  return secured
}

/**
 * libp2p's noise with handshakes on node:crypto throughout, and ciphers of libsodium. As it comes it derives keys in JavaScript and imports a
 * private key each time it uses it: 12 % of the CPU of a new connection. Its ciphers are node:crypto's for all but small messages, which
 * import the key for each of them: a tenth of the CPU of a node under load.
 */
export function nativeNoise(): ReturnType<typeof noise> {
  const make = noise()
  return components => {
    const encrypter = make(components)
    const { crypto } = encrypter as { crypto?: NoiseCrypto }
    if (crypto) Object.assign(crypto, native)
    const secureInbound = encrypter.secureInbound.bind(encrypter)
    const secureOutbound = encrypter.secureOutbound.bind(encrypter)
    encrypter.secureInbound = async (...call) => withCheapLengths(await secureInbound(...call))
    encrypter.secureOutbound = async (...call) => withCheapLengths(await secureOutbound(...call))
    return encrypter
  }
}
