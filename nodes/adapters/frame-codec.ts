/**
 * Frames on a stream: an unsigned varint length, then that many bytes. Length 0 is followed by one control byte, which
 * never reaches the host: a peer that has gone quiet is asked whether it still lives.
 */
export const frameBytesMax = 4 * 1024 * 1024

const controlByte = { ping: 1, pong: 2 } as const
export type Control = keyof typeof controlByte

/** 4 MiB needs 23 bits; a longer prefix can only be garbage. */
const prefixBytesMax = 4

/** Writes the varint of `length` at `offset` and returns the offset after it. */
function writePrefix(target: Uint8Array, offset: number, length: number): number {
  let rest = length
  let at = offset
  while (rest >= 0x80) {
    target[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  target[at++] = rest
  return at
}

/** The bytes of `frames` on the stream, each with its prefix. `payloadBytes` is the sum of their lengths. */
export function encodeFrames(frames: readonly Uint8Array[], payloadBytes: number): Uint8Array {
  const encoded = Buffer.allocUnsafe(payloadBytes + frames.length * prefixBytesMax)
  let at = 0
  for (const frame of frames) {
    at = writePrefix(encoded, at, frame.length)
    encoded.set(frame, at)
    at += frame.length
  }
  return encoded.subarray(0, at)
}

export function encodeControl(control: Control): Uint8Array {
  return Uint8Array.of(0, controlByte[control])
}

/** Thrown by the decoder; the stream it came from cannot be read any further. */
class GarbageError extends Error {
  override readonly name = 'GarbageError'
}

export interface FrameHandlers {
  onFrame(frame: Uint8Array): void
  onControl(control: Control): void
}

/**
 * Cuts a byte stream into frames, however it was split. A frame that arrives whole is a view of the chunk it came in;
 * only one that spans chunks is copied. Memory held is what has arrived of one frame, never what a prefix promises.
 */
export class FrameDecoder {
  readonly #handlers: FrameHandlers
  #chunks: Uint8Array[] = []
  #bytes = 0
  /** Bytes needed before it is worth looking again. */
  #needed = 0

  constructor(handlers: FrameHandlers) {
    this.#handlers = handlers
  }

  /** Bytes of an unfinished frame; more than 0 when a stream ends means that it was cut off. */
  get pendingBytes(): number {
    return this.#bytes
  }

  /** @throws GarbageError on an oversized frame, an endless prefix or an unknown control byte. */
  push(chunk: Uint8Array): void {
    if (this.#bytes === 0) {
      this.#keep(this.#cut(chunk))
      return
    }
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes < this.#needed) return
    const whole = Buffer.concat(this.#chunks, this.#bytes)
    this.#chunks = []
    this.#bytes = 0
    this.#keep(this.#cut(whole))
  }

  #keep(rest: Uint8Array): void {
    if (rest.length === 0) return
    this.#chunks.push(rest)
    this.#bytes = rest.length
  }

  /** Hands out every whole frame and returns what is left, with #needed set to what would complete it. */
  #cut(bytes: Uint8Array): Uint8Array {
    let start = 0
    while (start < bytes.length) {
      let length = 0
      let at = start
      for (;;) {
        if (at - start === prefixBytesMax) throw new GarbageError('a length prefix of more than 4 bytes')
        if (at === bytes.length) {
          this.#needed = at - start + 1
          return bytes.subarray(start)
        }
        const byte = bytes[at] as number
        length |= (byte & 0x7f) << (7 * (at - start))
        at++
        if (byte < 0x80) break
      }
      if (length > frameBytesMax)
        throw new GarbageError(`a frame of ${length} bytes; at most ${frameBytesMax} are allowed`)
      const end = at + (length === 0 ? 1 : length)
      if (end > bytes.length) {
        this.#needed = end - start
        return bytes.subarray(start)
      }
      if (length === 0) this.#control(bytes[at] as number)
      else this.#handlers.onFrame(bytes.subarray(at, end))
      start = end
    }
    return bytes.subarray(start)
  }

  #control(byte: number): void {
    if (byte === controlByte.ping) this.#handlers.onControl('ping')
    else if (byte === controlByte.pong) this.#handlers.onControl('pong')
    else throw new GarbageError(`control byte ${byte}; expected ${controlByte.ping} or ${controlByte.pong}`)
  }
}
