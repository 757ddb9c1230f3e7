/** CRC-32C (Castagnoli), which RocksDB's logs use; zlib's is another polynomial. */
const table = new Uint32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  table[byte] = crc
}

function crc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffff_ffff
  for (let at = from; at < to; at++)
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 0xff] as number)
  return (crc ^ 0xffff_ffff) >>> 0
}

/** RocksDB stores checksums rotated and shifted, because a CRC of data that holds CRCs is weak. */
export function maskedCrc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  const crc = crc32c(bytes, from, to)
  return (((crc >>> 15) | (crc << 17)) + 0xa282_ead8) >>> 0
}
