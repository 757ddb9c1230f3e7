import { stream } from '../model/random.ts'

/**
 * Random bytes that depend on the index alone. The two sides of a double-spend must differ, so an empty payload
 * becomes one byte on the second side.
 */
export function payload(
  options: { seed: string; payloadBytes: number },
  transaction: { index: number; isSecondSide: boolean },
): Buffer {
  const length = Math.max(options.payloadBytes, transaction.isSecondSide ? 1 : 0)
  const bytes = Buffer.from(stream(options.seed, `workload/payload/${transaction.index}`).bytes(length))
  // One random byte would be equal in one pair of 256; the lowest bit of the last byte tells the sides apart.
  if (length > 0) bytes[length - 1] = (bytes[length - 1]! & 0xfe) | (transaction.isSecondSide ? 1 : 0)
  return bytes
}
