/** A transaction as the node contract takes it. */
interface SignedTransaction {
  /** SHA-256 over the signed bytes and the signature. */
  readonly id: Buffer
  /** The JSON object to put into the array of POST /transactions. */
  readonly json: string
}

export interface Signer {
  /** The same arguments give the same bytes: ed25519 signatures are deterministic. About 35 us. */
  sign(transaction: { index: number; owner: number; nonce: number; rival?: number }): SignedTransaction
}
