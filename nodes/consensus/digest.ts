/**
 * An order-independent digest of a set of 256-bit ids: their sum in eight lanes of 32 bits. Two nodes that
 * accepted the same set in different orders show the same digest, so 500 nodes compare in one line each.
 */
export class SetDigest {
  readonly #lanes = new Uint32Array(8)

  /** Adds a hex id of 64 digits; adding one twice changes the digest, so the caller adds each once. */
  add(id: string): void {
    const bytes = Buffer.from(id, 'hex')
    const lanes = this.#lanes
    for (let lane = 0, at = 0; lane < 8; lane += 1, at += 4) {
      // Uint32Array wraps modulo 2^32 by itself.
      lanes[lane] =
        lanes[lane]! + ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!)
    }
  }

  /** 64 hex digits; all zero for the empty set. */
  toString(): string {
    return Array.from(this.#lanes, lane => lane.toString(16).padStart(8, '0')).join('')
  }
}
