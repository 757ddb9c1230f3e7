import { type Content, encodeFrame, type Frame } from '../wire/frame.ts'
import type { Metrics, NodeIndex, Transport } from './ports.ts'

interface LinksPorts {
  readonly transport: Pick<Transport, 'send'>
  readonly metrics: Metrics
  /** Peers with a link, kept by the host. */
  readonly peers: ReadonlySet<NodeIndex>
}

/** Frames to peers, each over its own link, and how many there were. Whoever has no link gets nothing: the protocol repairs that. */
export class Links {
  readonly #ports: LinksPorts
  #sent = 0

  constructor(ports: LinksPorts) {
    this.#ports = ports
  }

  /** Frames sent so far. */
  get sent(): number {
    return this.#sent
  }

  tell(to: NodeIndex, content: Content): void {
    this.send(to, { content })
  }

  /** To every peer. */
  tellAll(content: Content): void {
    const frame = encodeFrame({ content })
    for (const peer of this.#ports.peers) this.#sendBytes(peer, frame)
  }

  send(to: NodeIndex, frame: Frame): void {
    if (this.#ports.peers.has(to)) this.#sendBytes(to, encodeFrame(frame))
  }

  #sendBytes(to: NodeIndex, frame: Uint8Array): void {
    const { transport, metrics } = this.#ports
    if (!transport.send(to, frame)) {
      metrics.add('frames_dropped')
      return
    }
    this.#sent += 1
    metrics.add('frames_sent')
    metrics.add('bytes_sent', frame.length)
  }
}
