import type { Connection, Stream } from '@libp2p/interface'
import { encodeControl, FrameDecoder, prefixBytes, writePrefix } from './frame-codec.ts'

/** Bytes that wait for a slow peer; beyond it frames are dropped, which the protocol repairs. */
const queueBytesLimit = 8 * 1024 * 1024
/** Frames of one turn up to this size are copied into one write; larger ones go by themselves. */
const joinBytesLimit = 64 * 1024

/** On a machine that is short of CPU a correct peer may well take ten seconds to answer. */
const silenceMs = 5000
const answerMs = 15_000

export interface PeerLinkHandlers {
  onFrame(frame: Uint8Array): void
  onGarbage(reason: string): void
  onClose(): void
}

/** One peer's one stream: cuts what comes in into frames, collects what goes out into few writes. */
export class PeerLink {
  readonly connection: Connection
  readonly #stream: Stream
  readonly #handlers: PeerLinkHandlers
  readonly #decoder: FrameDecoder
  #queue: Uint8Array[] = []
  #queuedBytes = 0
  #scheduled = false
  #closed = false
  #receivedMs: number
  #sentMs = 0
  #pingedMs: number | undefined

  constructor(connection: Connection, stream: Stream, handlers: PeerLinkHandlers) {
    this.connection = connection
    this.#stream = stream
    this.#handlers = handlers
    this.#receivedMs = performance.now()
    this.#decoder = new FrameDecoder({
      onFrame: frame => handlers.onFrame(frame),
      onControl: control => {
        if (control === 'ping') this.#write(encodeControl('pong'))
      },
    })
    stream.inactivityTimeout = Number.MAX_SAFE_INTEGER
    stream.maxWriteBufferLength = 2 * queueBytesLimit
    stream.addEventListener('message', ({ data }) => this.#read(data.subarray()))
    stream.addEventListener('drain', () => this.#flush())
    stream.addEventListener('remoteCloseWrite', () => this.close())
    stream.addEventListener('close', () => this.#end())
  }

  /** @returns false when the queue is full and the frame was dropped */
  send(frame: Uint8Array): boolean {
    if (this.#closed || this.#queuedBytes + frame.length > queueBytesLimit) return false
    const prefix = new Uint8Array(prefixBytes(frame.length))
    writePrefix(prefix, 0, frame.length)
    this.#queue.push(prefix, frame)
    this.#queuedBytes += prefix.length + frame.length
    if (this.#scheduled) return true
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#flush()
    })
    return true
  }

  /**
   * Finds a peer that died or was cut off without a word: whoever sends and hears nothing for a while asks, and closes
   * when that is not answered either. A pair that has nothing to say stays silent.
   */
  watch(): void {
    const nowMs = performance.now()
    if (this.#pingedMs !== undefined && this.#receivedMs > this.#pingedMs) this.#pingedMs = undefined
    if (this.#pingedMs !== undefined) {
      if (nowMs - this.#pingedMs > answerMs) this.close()
      return
    }
    if (this.#sentMs > this.#receivedMs && nowMs - this.#receivedMs > silenceMs) {
      this.#pingedMs = nowMs
      this.#write(encodeControl('ping'))
    }
  }

  close(): void {
    if (this.#closed) return
    this.connection.abort(new Error('link closed'))
    this.#end()
  }

  #read(chunk: Uint8Array): void {
    this.#receivedMs = performance.now()
    try {
      this.#decoder.push(chunk)
    } catch (error) {
      this.#handlers.onGarbage((error as Error).message)
      this.close()
    }
  }

  #flush(): void {
    if (this.#closed || this.#queue.length === 0 || this.#stream.writableNeedsDrain) return
    const queue = this.#queue
    const bytes = this.#queuedBytes
    this.#queue = []
    this.#queuedBytes = 0
    if (bytes <= joinBytesLimit) this.#write(Buffer.concat(queue, bytes))
    else for (const chunk of queue) this.#write(chunk)
  }

  #write(bytes: Uint8Array): void {
    this.#sentMs = performance.now()
    try {
      this.#stream.send(bytes)
    } catch {
      this.close()
    }
  }

  #end(): void {
    if (this.#closed) return
    this.#closed = true
    this.#queue = []
    if (this.#decoder.pendingBytes > 0) this.#handlers.onGarbage('a stream that ends within a frame')
    this.#handlers.onClose()
  }
}
