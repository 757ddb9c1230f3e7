/** The package has no types of its own; these are the calls that ed25519.ts uses. They check no lengths. */
declare module 'sodium-native/binding.js' {
  const native: {
    crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): number
    crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): number
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
