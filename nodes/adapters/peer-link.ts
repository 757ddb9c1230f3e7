import type { Connection, Stream } from '@libp2p/interface'
import { encodeControl, encodeFrames, FrameDecoder, frameBytesMax } from './frame-codec.ts'
import { grantWindowInSteps } from './lean-connection.ts'

/** Bytes that wait for a slow peer; beyond it frames are dropped, which the protocol repairs. */
const queueBytesLimit = 8 * 1024 * 1024
/** Frames that wait together go out in writes of about this size. */
const writeBytes = 64 * 1024

/** When a link is taken for dead, milliseconds. */
export interface Patience {
  /** So long after something was sent a peer that says nothing is asked whether it is there. */
  readonly silenceMs: number
  /** So long it may take to answer. */
  readonly answerMs: number
}

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
  readonly #patience: Patience
  #queue: Uint8Array[] = []
  #queuedBytes = 0
  #scheduled = false
  #closed = false
  #receivedMs: number
  #sentMs = 0
  #pingedMs: number | undefined

  constructor(connection: Connection, stream: Stream, patience: Patience, handlers: PeerLinkHandlers) {
    this.connection = connection
    this.#patience = patience
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
    const granted = grantWindowInSteps(stream)
    stream.addEventListener('message', ({ data }) => {
      granted(data.byteLength)
      this.#read(data.subarray())
    })
    stream.addEventListener('drain', () => this.#flush())
    stream.addEventListener('remoteCloseWrite', () => this.close())
    stream.addEventListener('close', () => this.#end())
  }

  /** @returns false when the frame was dropped: the queue is full, or no peer would take it (empty, or too large) */
  send(frame: Uint8Array): boolean {
    if (this.#closed || frame.length === 0 || frame.length > frameBytesMax) return false
    if (this.#queuedBytes + frame.length > queueBytesLimit) return false
    this.#queue.push(frame)
    this.#queuedBytes += frame.length
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
    const { silenceMs, answerMs } = this.#patience
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
    let sent = 0
    while (sent < this.#queue.length && !this.#closed && !this.#stream.writableNeedsDrain) {
      const from = sent
      let bytes = 0
      do bytes += this.#queue[sent++]!.length
      while (sent < this.#queue.length && bytes < writeBytes)
      this.#queuedBytes -= bytes
      this.#write(encodeFrames(this.#queue.slice(from, sent), bytes))
    }
    if (sent > 0) this.#queue = this.#queue.slice(sent)
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
