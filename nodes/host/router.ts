import { type Content, decodeContent, encodeContent, encodeFrame, type Parcel } from '../wire/frame.ts'
import type { Lattice } from './lattice.ts'
import type { Clock, Crypto, Metrics, NodeIndex, Transport } from './ports.ts'

const tagBytes = 8
const digestDomain = 'whiteout-parcel-1'
/** Relayed bytes that wait for the next flush, per neighbour: beyond it parcels are dropped and asked for again. */
const outboxBytesLimit = 4 * 1024 * 1024

interface RouterPorts {
  readonly transport: Transport
  readonly crypto: Crypto
  readonly clock: Clock
  readonly metrics: Metrics
  /** Peers with a direct connection, kept by the host. */
  readonly peers: ReadonlySet<NodeIndex>
}

interface Outbox {
  parcels: Parcel[]
  bytes: number
}

/**
 * Carries contents from this node to one or all others, and other nodes' contents onward over the lattice.
 * Receivers get every content with its origin proven: by the channel when it came straight from there, else by a
 * tag that only origin and receiver can make. Vertices prove their issuer themselves and travel without tags.
 */
export class Router {
  readonly #self: NodeIndex
  readonly #lattice: Lattice
  readonly #ports: RouterPorts
  readonly #deliver: (origin: NodeIndex, content: Content) => void
  readonly #outboxes = new Map<NodeIndex, Outbox>()
  #flushIntervalMs: number
  #cancelFlush: (() => void) | undefined
  #lastFlushMs = 0
  #counter = 0
  #turn = 0

  constructor(
    options: { self: NodeIndex; lattice: Lattice; relayIntervalMs: number },
    ports: RouterPorts,
    deliver: (origin: NodeIndex, content: Content) => void,
  ) {
    this.#self = options.self
    this.#lattice = options.lattice
    this.#flushIntervalMs = options.relayIntervalMs
    this.#ports = ports
    this.#deliver = deliver
  }

  /** How long relayed votes wait for company; stretched by the host when the machine is short of CPU. */
  set relayIntervalMs(ms: number) {
    this.#flushIntervalMs = ms
  }

  /** To one node: over the direct connection if there is one, else along the lattice. */
  tell(to: NodeIndex, content: Content): void {
    if (this.#ports.peers.has(to)) this.#sendFrame(to, encodeFrame({ content }))
    else if (this.#lattice.dimensions > 1) this.#launch(content, to)
  }

  /** To everybody, at once: every direct peer, and the rest along the lattice. */
  tellAll(content: Content): void {
    if (this.#lattice.dimensions > 1) {
      this.#launch(content, undefined)
      this.#flush()
      return
    }
    const frame = encodeFrame({ content })
    for (const peer of this.#ports.peers) this.#sendFrame(peer, frame)
  }

  /** To every direct peer and nobody else. */
  tellPeers(content: Content): void {
    const frame = encodeFrame({ content })
    for (const peer of this.#ports.peers) this.#sendFrame(peer, frame)
  }

  /** Takes a parcel that came from a peer: delivers what is for this node, sends on the rest. */
  receive(from: NodeIndex, parcel: Parcel): void {
    const { position } = parcel
    const previous = this.#lattice.previous(parcel)
    const onItsWay =
      previous !== undefined &&
      this.#lattice.nodeAt(previous) === from &&
      this.#lattice.nodeAt(position) === this.#self &&
      (parcel.target === undefined || parcel.target < this.#lattice.n)
    if (!onItsWay) {
      this.#ports.metrics.add('parcels_refused')
      return
    }
    this.#pass(parcel)
  }

  stop(): void {
    this.#cancelFlush?.()
  }

  /** Starts a parcel of this node's own. */
  #launch(content: Content, target: NodeIndex | undefined): void {
    const encoded = encodeContent(content)
    this.#turn = (this.#turn + 1) % this.#lattice.dimensions
    // Unique over restarts too: a restarted node starts from a later time.
    this.#counter = Math.max(this.#counter + 1, this.#ports.clock.nowMs())
    const at = { position: this.#self, hop: 0, turn: this.#turn, origin: this.#self }
    const needsTags = content.votes.length > 0 || content.gossip !== undefined
    const parcel: Parcel = {
      ...at,
      counter: this.#counter,
      target,
      content: encoded,
      tags: new Uint8Array(),
    }
    if (!needsTags) {
      this.#pass(parcel)
      return
    }
    const digest = this.#digest(parcel)
    const targets = target === undefined ? this.#lattice.targets(at) : [target]
    const tags = new Uint8Array(targets.length * tagBytes)
    for (const [i, node] of targets.entries()) tags.set(this.#ports.crypto.tag(node, digest), i * tagBytes)
    this.#pass({ ...parcel, tags })
  }

  /** One step of a parcel's way, and all steps that lead from this node to itself. */
  #pass(parcel: Parcel): void {
    const { position, hop, turn, target, tags, origin } = parcel
    if (hop === this.#lattice.dimensions) {
      if (position === this.#self && origin !== this.#self) this.#open(parcel)
      return
    }
    if (target !== undefined) {
      const next = this.#lattice.towards({ position, hop, turn, target })
      this.#step({ ...parcel, position: next, hop: hop + 1 })
      return
    }
    let offset = 0
    for (const next of this.#lattice.next({ position, hop, turn })) {
      const count = this.#lattice.targetCount({ position: next, hop: hop + 1, turn, origin }) * tagBytes
      const slice = tags.length === 0 ? tags : tags.subarray(offset, offset + count)
      offset += count
      if (count > 0) this.#step({ ...parcel, position: next, hop: hop + 1, tags: slice })
    }
  }

  #step(parcel: Parcel): void {
    const node = this.#lattice.nodeAt(parcel.position)
    if (node === this.#self) {
      this.#pass(parcel)
      return
    }
    if (parcel.origin !== this.#self) this.#ports.metrics.add('parcels_relayed')
    // Vertices hurry: everything else waits for them.
    if (parcel.tags.length === 0) {
      this.#sendFrame(node, encodeFrame({ parcels: [parcel] }))
      return
    }
    this.#queue(node, parcel)
  }

  #queue(node: NodeIndex, parcel: Parcel): void {
    let outbox = this.#outboxes.get(node)
    if (!outbox) {
      outbox = { parcels: [], bytes: 0 }
      this.#outboxes.set(node, outbox)
    }
    const bytes = parcel.content.length + parcel.tags.length + 32
    if (outbox.bytes + bytes > outboxBytesLimit) {
      this.#ports.metrics.add('frames_dropped')
      return
    }
    outbox.parcels.push(parcel)
    outbox.bytes += bytes
    this.#armFlush()
  }

  /** Relayed parcels wait a little so that many share one frame. */
  #armFlush(): void {
    if (this.#cancelFlush) return
    const { clock } = this.#ports
    const wait = Math.max(1, this.#lastFlushMs + this.#flushIntervalMs - clock.nowMs())
    this.#cancelFlush = clock.after(wait, () => this.#flush())
  }

  #flush(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
    this.#lastFlushMs = this.#ports.clock.nowMs()
    for (const [node, { parcels }] of this.#outboxes) this.#sendFrame(node, encodeFrame({ parcels }))
    this.#outboxes.clear()
  }

  /** Opens a parcel for this node; without a valid tag only its vertices count, which prove themselves. */
  #open(parcel: Parcel): void {
    const content = decodeContent(parcel.content)
    if (!content) {
      this.#ports.metrics.add('parcels_refused')
      return
    }
    if (parcel.tags.length === 0) {
      this.#deliver(parcel.origin, { votes: [], vertices: content.vertices })
      return
    }
    const expected = this.#ports.crypto.tag(parcel.origin, this.#digest(parcel))
    if (!sameBytes(parcel.tags, expected)) {
      this.#ports.metrics.add('parcels_refused')
      return
    }
    this.#deliver(parcel.origin, content)
  }

  #digest(parcel: Pick<Parcel, 'origin' | 'counter' | 'content'>): Uint8Array {
    const header = Buffer.from(`${digestDomain}/${parcel.origin}/${parcel.counter}/`)
    return this.#ports.crypto.sha256(Buffer.concat([header, parcel.content]))
  }

  #sendFrame(to: NodeIndex, frame: Uint8Array): void {
    const { transport, metrics } = this.#ports
    if (!transport.send(to, frame)) {
      metrics.add('frames_dropped')
      return
    }
    metrics.add('frames_sent')
    metrics.add('bytes_sent', frame.length)
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
