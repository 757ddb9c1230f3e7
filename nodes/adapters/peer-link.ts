import type { Connection, Stream } from '@libp2p/interface'
import { encodeControl, encodeFrames, FrameDecoder, frameBytesMax } from './frame-codec.ts'
import { grantWindowInSteps } from './lean-connection.ts'

/** Bytes that wait for a slow peer; beyond it frames are dropped, which the protocol repairs. */
const queueBytesLimit = 8 * 1024 * 1024
/** Frames that wait together go out in writes of about this size. */
const writeBytes = 64 * 1024

/** A link that was silent for long because nobody had anything to say gets at least this much time for an answer, milliseconds. */
const unansweredMsMax = 4000

/** When a link is taken for dead, milliseconds. */
export interface Patience {
  /** A peer that owes an answer and was not heard for so long is asked whether it is there. */
  readonly silenceMs: number
  /** So long it may take to answer. */
  readonly answerMs: number
}

export interface PeerLinkHandlers {
  onFrame(frame: Uint8Array): void
  onGarbage(reason: string): void
  onClose(): void
  /** The peer owes an answer from now on: the link is to be watched at this time, milliseconds of `performance.now()`. */
  onAwaiting(dueMs: number): void
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
  /** When the first frame was sent after whatever came last; pongs ask for no answer, or two idle peers would never stop. */
  #awaitingMs: number | undefined
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

  /** When `watch` has something to do unless the peer is heard before; undefined as long as it owes no answer. */
  get dueMs(): number | undefined {
    if (this.#closed || this.#awaitingMs === undefined) return undefined
    const { silenceMs, answerMs } = this.#patience
    if (this.#pingedMs !== undefined) return this.#pingedMs + answerMs
    const unansweredMs = Math.min(silenceMs / 2, unansweredMsMax)
    return Math.max(this.#receivedMs + silenceMs, this.#awaitingMs + unansweredMs)
  }

  /**
   * Finds a peer that died or was cut off without a word: whoever sends and hears nothing for a while asks, and closes
   * when that is not answered either. A pair that has nothing to say stays silent.
   */
  watch(): void {
    const nowMs = performance.now()
    const { dueMs } = this
    if (dueMs === undefined || nowMs < dueMs) return
    if (this.#pingedMs !== undefined) {
      this.close()
      return
    }
    this.#pingedMs = nowMs
    this.#write(encodeControl('ping'))
  }

  close(): void {
    if (this.#closed) return
    this.connection.abort(new Error('link closed'))
    this.#end()
  }

  #read(chunk: Uint8Array): void {
    this.#receivedMs = performance.now()
    this.#awaitingMs = undefined
    this.#pingedMs = undefined
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
      this.#awaitAnswer()
    }
    if (sent > 0) this.#queue = this.#queue.slice(sent)
  }

  #awaitAnswer(): void {
    if (this.#awaitingMs !== undefined) return
    this.#awaitingMs = performance.now()
    const { dueMs } = this
    if (dueMs !== undefined) this.#handlers.onAwaiting(dueMs)
  }

  #write(bytes: Uint8Array): void {
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
