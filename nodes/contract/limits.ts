/**
 * The node contract (docs/contract.md) in bytes and names: limits, the encoding of a transaction, what nodes count of their peers. It
 * imports nothing and does nothing, so that both sides of the contract can share it.
 */

/** The longest payload of a transaction. */
export const payloadBytesMax = 16_384
/** The highest nonce of an owner. */
export const nonceMax = 0xffff_ffff
/** What the reference node takes in one POST /transactions; a larger one is split by its sender. */
export const bodyBytesMax = 4 * 1024 * 1024
export const transactionsPerBodyMax = 4096
