import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { encodeControl, encodeFrames, FrameDecoder, frameBytesMax } from '../../nodes/adapters/frame-codec.ts'

function decoder() {
  const frames: Uint8Array[] = []
  const controls: string[] = []
  const reader = new FrameDecoder({
    onFrame: frame => frames.push(Uint8Array.from(frame)),
    onControl: control => controls.push(control),
  })
  return { frames, controls, reader }
}

/** Cuts `bytes` where the numbers say, each a share of what is left. */
function split(bytes: Uint8Array, shares: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let rest = bytes
  for (const share of shares) {
    const at = Math.floor(rest.length * share)
    chunks.push(rest.subarray(0, at))
    rest = rest.subarray(at)
  }
  return [...chunks, rest]
}

const frame = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 300 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 16_000, max: 70_000 }).map(length => new Uint8Array(length).fill(length)),
  },
)
const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('frame codec', () => {
  it('gives back the frames that were encoded, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 20 }),
        fc.array(share, { maxLength: 30 }),
        (frames, shares) => {
          const payload = frames.reduce((sum, { length }) => sum + length, 0)
          const { reader, ...out } = decoder()
          for (const chunk of split(encodeFrames(frames, payload), shares)) reader.push(chunk)
          expect(out.frames.map(({ length }) => length)).toEqual(frames.map(({ length }) => length))
          expect(Buffer.concat(out.frames).equals(Buffer.concat(frames))).toBe(true)
          expect(reader.pendingBytes).toBe(0)
        },
      ),
    )
  })

  it('reads a stream byte by byte, with control bytes between frames', () => {
    const stream = Buffer.concat([
      encodeFrames([Buffer.alloc(200, 1)], 200),
      encodeControl('ping'),
      encodeFrames([Buffer.from('x')], 1),
      encodeControl('pong'),
    ])
    const { reader, frames, controls } = decoder()
    for (const byte of stream) reader.push(Uint8Array.of(byte))
    expect(frames.map(({ length }) => length)).toEqual([200, 1])
    expect(controls).toEqual(['ping', 'pong'])
  })

  it('never throws anything but its own errors on random bytes, and holds no more than it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 50 }), chunks => {
        const { reader } = decoder()
        let given = 0
        try {
          for (const chunk of chunks) {
            given += chunk.length
            reader.push(chunk)
            expect(reader.pendingBytes).toBeLessThanOrEqual(given)
          }
        } catch (error) {
          expect((error as Error).name).toBe('GarbageError')
        }
      }),
    )
  })

  it('takes a frame of exactly the largest size and refuses one byte more before it has arrived', () => {
    const { reader, frames } = decoder()
    reader.push(encodeFrames([new Uint8Array(frameBytesMax)], frameBytesMax))
    expect(frames[0]!.length).toBe(frameBytesMax)
    expect(() => reader.push(Uint8Array.of(0x81, 0x80, 0x80, 0x02))).toThrow('a frame of 4194305 bytes')
  })
})
