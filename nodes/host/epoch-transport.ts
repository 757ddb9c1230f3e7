import type { NodeIndex, Transport, TransportHandlers } from './ports.ts'

/** No frame of protobuf begins with it: field numbers start at one. */
const mark = 0
const headBytes = 3

/**
 * One transport under several nodes that follow one another, each in an epoch of its own. Connections stay; frames of another epoch than the
 * present one are dropped. The first epoch is 0, and its frames are what they always were.
 */
export class EpochTransport implements Transport {
  readonly #inner: Transport
  #epoch = 0
  #handlers: TransportHandlers | undefined
  #isListening = false

  constructor(inner: Transport) {
    this.#inner = inner
  }

  /** From now on this epoch's frames alone are sent and taken, by whoever starts next. */
  begin(epoch: number): void {
    this.#epoch = epoch
  }

  async start(neighbours: readonly NodeIndex[], handlers: TransportHandlers): Promise<void> {
    this.#handlers = handlers
    if (this.#isListening) {
      for (const peer of this.#inner.connected()) handlers.onPeer(peer, 'connected')
      return
    }
    this.#isListening = true
    await this.#inner.start(neighbours, {
      onFrame: (from, frame) => this.#receive(from, frame),
      onPeer: (peer, state) => this.#handlers?.onPeer(peer, state),
      onGarbage: (from, reason) => this.#handlers?.onGarbage(from, reason),
    })
  }

  reach(peers: readonly NodeIndex[]): void {
    this.#inner.reach(peers)
  }

  send(to: NodeIndex, frame: Uint8Array): boolean {
    if (this.#epoch === 0) return this.#inner.send(to, frame)
    const stamped = new Uint8Array(headBytes + frame.length)
    stamped.set([mark, this.#epoch >> 8, this.#epoch & 255])
    stamped.set(frame, headBytes)
    return this.#inner.send(to, stamped)
  }

  connected(): readonly NodeIndex[] {
    return this.#inner.connected()
  }

  /** The node of an epoch is over; the connections are the next one's. */
  async stop(): Promise<void> {
    this.#handlers = undefined
  }

  /** Ends the connections too. */
  async end(): Promise<void> {
    await this.#inner.stop()
  }

  #receive(from: NodeIndex, frame: Uint8Array): void {
    const isMarked = frame[0] === mark && frame.length >= headBytes
    const epoch = isMarked ? (frame[1]! << 8) | frame[2]! : 0
    if (epoch === this.#epoch) this.#handlers?.onFrame(from, isMarked ? frame.subarray(headBytes) : frame)
  }
}
