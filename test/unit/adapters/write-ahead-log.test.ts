import { describe, expect, it } from '@jest/globals'
import { maskedCrc32c } from '../../../nodes/adapters/crc32c.ts'
import { inspectLog } from '../../../nodes/adapters/write-ahead-log.ts'

const fullRecord = 1

function record(data: Uint8Array, type = fullRecord): Buffer {
  const body = Buffer.concat([Buffer.from([type]), data])
  const head = Buffer.alloc(6)
  head.writeUInt32LE(maskedCrc32c(body), 0)
  head.writeUInt16LE(data.length, 4)
  return Buffer.concat([head, body])
}

const log = Buffer.concat([
  record(Buffer.alloc(100, 1)),
  record(Buffer.alloc(50, 2)),
  record(Buffer.alloc(10, 3)),
])

describe('write-ahead log', () => {
  it('computes the CRC-32C of the published check value, masked as LevelDB defined it', () => {
    // "123456789" has the CRC-32C e3069283; rotated right by 15 and shifted by a282ead8.
    const rotated = ((0xe306_9283 >>> 15) | (0xe306_9283 << 17)) >>> 0
    expect(maskedCrc32c(Buffer.from('123456789'))).toBe((rotated + 0xa282_ead8) >>> 0)
  })

  it('is whole when every record is', () => {
    expect(inspectLog(log)).toEqual({ kind: 'whole', records: 3 })
    expect(inspectLog(new Uint8Array(0))).toEqual({ kind: 'whole', records: 0 })
  })

  it.each([1, 5, 16])('is torn when the last record lacks %d bytes', missing => {
    const lostBytes = 17 - missing
    expect(inspectLog(log.subarray(0, log.length - missing))).toEqual({ kind: 'torn', records: 2, lostBytes })
  })

  it('is corrupt when any one bit of any record is wrong, the last one included', () => {
    for (let offset = 0; offset < log.length; offset++) {
      const damaged = Buffer.from(log)
      damaged[offset]! ^= 0x10
      expect({ offset, kind: inspectLog(damaged).kind }).not.toEqual({ offset, kind: 'whole' })
    }
    const damaged = Buffer.from(log)
    damaged[110]! ^= 1
    expect(inspectLog(damaged)).toEqual({ kind: 'corrupt', records: 1, offset: 107 })
  })

  it('takes zeros after the last record for preallocated space, but not data after zeros', () => {
    expect(inspectLog(Buffer.concat([log, Buffer.alloc(500)]))).toEqual({ kind: 'whole', records: 3 })
    expect(inspectLog(Buffer.concat([log, Buffer.alloc(500), log]))).toEqual(
      expect.objectContaining({ kind: 'corrupt', records: 3 }),
    )
  })

  it('follows records over blocks of 32 KiB, whose last bytes may be too few for a header', () => {
    const filler = record(Buffer.alloc(32 * 1024 - 7 - 3))
    const two = Buffer.concat([filler, Buffer.alloc(3), record(Buffer.alloc(20))])
    expect(inspectLog(two)).toEqual({ kind: 'whole', records: 2 })
    expect(inspectLog(Buffer.concat([filler, record(Buffer.alloc(20))])).kind).toBe('corrupt')
  })
})
