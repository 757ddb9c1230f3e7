/** The package has no types of its own; these are the calls that files of this folder use. They check no lengths. */
declare module 'sodium-native/binding.js' {
  const native: {
    crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): number
    crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): number
    /** RFC 8439 with the authenticator behind the ciphertext. */
    crypto_aead_chacha20poly1305_ietf_encrypt(
      ciphertext: Uint8Array,
      message: Uint8Array,
      additional: Uint8Array,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number
    /** Negative where the ciphertext is not authentic. */
    crypto_aead_chacha20poly1305_ietf_decrypt(
      message: Uint8Array,
      ciphertext: Uint8Array,
      additional: Uint8Array,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number
    crypto_shorthash(hash: Uint8Array, bytes: Uint8Array, key: Uint8Array): number
    /** Each view as its buffer, its offset in it and its length. */
    crypto_sign_verify_detached(
      signature: ArrayBufferLike,
      signatureAt: number,
      signatureBytes: number,
      message: ArrayBufferLike,
      messageAt: number,
      messageBytes: number,
      publicKey: ArrayBufferLike,
      publicKeyAt: number,
      publicKeyBytes: number,
    ): boolean
  }
  export default native
}
