import { maskedCrc32c } from './crc32c.ts'

/**
 * Reads a write-ahead log of RocksDB and says whether it is whole. RocksDB itself takes the first bad record for the end
 * of the log and drops all that follows, in silence: right for a torn tail, but a flipped bit would lose acknowledged
 * writes unseen. A SIGKILL can only cut a file short, so any other damage is corruption.
 *
 * Format: blocks of 32 KiB; records of crc32c (4), length (2), type (1), in recycled logs a log number (4), then data.
 */
export type LogState =
  | { readonly kind: 'whole'; readonly records: number }
  /** The last record was being written when the process died: its bytes were never acknowledged. */
  | { readonly kind: 'torn'; readonly records: number; readonly lostBytes: number }
  | { readonly kind: 'corrupt'; readonly records: number; readonly offset: number }

const blockBytes = 32 * 1024
const headerBytes = 7
const recyclableHeaderBytes = 11
const firstRecyclable = 5
const lastRecyclable = 8

export function inspectLog(log: Uint8Array): LogState {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength)
  let records = 0
  let offset = 0
  while (offset < log.length) {
    const blockLeft = blockBytes - (offset % blockBytes)
    if (blockLeft < headerBytes) {
      offset += blockLeft
      continue
    }
    if (offset + headerBytes > log.length) return { kind: 'torn', records, lostBytes: log.length - offset }
    const length = view.getUint16(offset + 4, true)
    const type = log[offset + 6] as number
    if (type === 0 && length === 0 && view.getUint32(offset, true) === 0)
      return paddingFrom(log, offset, records)
    const header = type >= firstRecyclable && type <= lastRecyclable ? recyclableHeaderBytes : headerBytes
    const end = offset + header + length
    // No record crosses a block, so a length that would is damage, not a cut.
    if (header + length > blockLeft) return { kind: 'corrupt', records, offset }
    if (end > log.length) return { kind: 'torn', records, lostBytes: log.length - offset }
    if (view.getUint32(offset, true) !== maskedCrc32c(log, offset + 6, end))
      return { kind: 'corrupt', records, offset }
    records++
    offset = end
  }
  return { kind: 'whole', records }
}

/** Zeros to the end are preallocated space; anything else after a zero header is damage. */
function paddingFrom(log: Uint8Array, offset: number, records: number): LogState {
  const isPadding = log.subarray(offset).every(byte => byte === 0)
  return isPadding ? { kind: 'whole', records } : { kind: 'corrupt', records, offset }
}
