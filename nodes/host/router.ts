import { type Content, decodeContent, encodeContent, encodeFrame, type Parcel } from '../wire/frame.ts'
import type { Lattice, Way } from './lattice.ts'
import { type HashedParcel, Outbox } from './outbox.ts'
import type { Clock, Crypto, Metrics, NodeIndex, Transport } from './ports.ts'

const tagBytes = 8

/** Takes a content that each of the origins is proven to say. */
export type Deliver = (origins: readonly NodeIndex[], content: Content) => void

interface RouterPorts {
  readonly transport: Transport
  readonly crypto: Crypto
  readonly clock: Clock
  readonly metrics: Metrics
  /** Peers with a direct connection, kept by the host. */
  readonly peers: ReadonlySet<NodeIndex>
  /** Whether parcels of others are passed on; a correct node always does. */
  readonly relays?: () => boolean
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
  readonly #deliver: Deliver
  readonly #neighbours: readonly NodeIndex[]
  readonly #outbox = new Outbox()
  readonly #relayIntervalMs: number
  #cancelFlush: (() => void) | undefined
  #sent = 0

  constructor(
    options: { self: NodeIndex; lattice: Lattice; relayIntervalMs: number },
    ports: RouterPorts,
    deliver: Deliver,
  ) {
    this.#self = options.self
    this.#lattice = options.lattice
    this.#neighbours = options.lattice.neighbours(options.self)
    this.#relayIntervalMs = options.relayIntervalMs
    this.#ports = ports
    this.#deliver = deliver
  }

  /** Frames sent so far. */
  get sent(): number {
    return this.#sent
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

  /** To the nodes on this node's lines, for what a few should know and everybody would be too many. */
  tellNeighbours(content: Content): void {
    const frame = encodeFrame({ content })
    for (const peer of this.#neighbours) if (this.#ports.peers.has(peer)) this.#sendFrame(peer, frame)
  }

  /** Takes a parcel that came from a peer: delivers what is for this node, sends on the rest. */
  receive(from: NodeIndex, parcel: Parcel): void {
    const { position, origins, target } = parcel
    const addressed =
      this.#lattice.nodeAt(position) === this.#self && (target === undefined || target < this.#lattice.n)
    const onItsWay =
      origins.length > 0 &&
      origins.every(origin => {
        const previous = this.#lattice.previous(parcel, origin)
        return previous !== undefined && this.#lattice.nodeAt(previous) === from
      })
    // Only a way that exists may be followed: counting targets from beyond the last hop would never end.
    if (addressed && onItsWay && this.#hasItsTags(parcel)) {
      this.#pass({ ...parcel, hash: this.#hash(parcel.content) })
    } else this.#ports.metrics.add('parcels_refused')
  }

  #hasItsTags(parcel: Parcel): boolean {
    const { tags, origins, target } = parcel
    const tagCount = target === undefined ? this.#lattice.targetCount(parcel) : 1
    return tags.length === 0 || tags.length === origins.length * tagCount * tagBytes
  }

  stop(): void {
    this.#cancelFlush?.()
  }

  /** Starts a parcel of this node's own. */
  #launch(content: Content, target: NodeIndex | undefined): void {
    const encoded = encodeContent(content)
    const hash = this.#hash(encoded)
    // Nodes that say the same choose the same turn, so that their parcels meet and become one.
    const start: Way = { position: this.#self, hop: 0, turn: hash[0]! % this.#lattice.dimensions }
    const parcel = { ...start, origins: [this.#self], target, content: encoded, hash, tags: new Uint8Array() }
    const { votes, wants, gossip, query, chits } = content
    // Vertices prove their issuer themselves; whatever else is said must be proven to come from here.
    const needsTags = votes.length > 0 || [wants, gossip, query, chits].some(part => part !== undefined)
    if (!needsTags) {
      this.#pass(parcel)
      return
    }
    const digest = this.#digest(this.#self, hash)
    const targets = target === undefined ? this.#lattice.targets(start) : [target]
    const tags = new Uint8Array(targets.length * tagBytes)
    for (const [i, node] of targets.entries()) {
      if (node !== this.#self) tags.set(this.#ports.crypto.tag(node, digest), i * tagBytes)
    }
    this.#pass({ ...parcel, tags })
  }

  /** One step of a parcel's way, and all steps that lead from this node to itself. */
  #pass(parcel: HashedParcel): void {
    const { target } = parcel
    if (parcel.hop === this.#lattice.dimensions) {
      if (parcel.position === this.#self) this.#open(parcel)
      return
    }
    const hop = parcel.hop + 1
    if (target !== undefined) {
      this.#step({ ...parcel, hop, position: this.#lattice.towards(parcel, target) })
      return
    }
    const block = parcel.tags.length / parcel.origins.length
    let offset = 0
    for (const position of this.#lattice.next(parcel)) {
      const next = { ...parcel, position, hop }
      const bytes = this.#lattice.targetCount(next) * tagBytes
      if (bytes === 0) continue
      this.#step(block === 0 ? next : { ...next, tags: cut(parcel.tags, { block, offset, bytes }) })
      offset += bytes
    }
  }

  #step(parcel: HashedParcel): void {
    const node = this.#lattice.nodeAt(parcel.position)
    if (node === this.#self) {
      this.#pass(parcel)
      return
    }
    if (parcel.origins[0] !== this.#self) {
      if (this.#ports.relays?.() === false) return
      this.#ports.metrics.add('parcels_relayed', parcel.origins.length)
    }
    // Vertices hurry: everything else waits for them.
    if (parcel.tags.length === 0) this.#sendFrame(node, encodeFrame({ parcels: [parcel] }))
    else if (this.#outbox.add(node, parcel)) this.#armFlush()
    else this.#ports.metrics.add('frames_dropped')
  }

  /** Relayed parcels wait a little so that many share one frame. */
  #armFlush(): void {
    this.#cancelFlush ??= this.#ports.clock.after(this.#relayIntervalMs, () => this.#flush())
  }

  #flush(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
    for (const [node, parcels] of this.#outbox.take()) this.#sendFrame(node, encodeFrame({ parcels }))
  }

  /** Opens a parcel for this node; without tags only its vertices count, which prove themselves. */
  #open(parcel: HashedParcel): void {
    const content = decodeContent(parcel.content)
    if (!content) {
      this.#ports.metrics.add('parcels_refused')
      return
    }
    const { origins, tags, hash } = parcel
    const others = origins.filter(origin => origin !== this.#self)
    if (tags.length === 0) {
      if (others.length > 0) this.#deliver(others, { votes: [], vertices: content.vertices })
      return
    }
    const proven = origins.filter((origin, i) => {
      if (origin === this.#self) return false
      const expected = this.#ports.crypto.tag(origin, this.#digest(origin, hash))
      return sameBytes(tags.subarray(i * tagBytes, (i + 1) * tagBytes), expected)
    })
    if (proven.length < others.length) {
      this.#ports.metrics.add('parcels_refused', others.length - proven.length)
    }
    if (proven.length > 0) this.#deliver(proven, content)
  }

  #hash(content: Uint8Array): Uint8Array {
    return this.#ports.crypto.sha256(content)
  }

  /** What a tag is made over: that `origin` says the content with this hash. */
  #digest(origin: NodeIndex, hash: Uint8Array): Uint8Array {
    const digest = Uint8Array.from(hash)
    // 32 bytes in, 32 bytes out: the last four carry the origin, 28 bytes of a SHA-256 are hash enough.
    new DataView(digest.buffer).setUint32(28, origin)
    return digest
  }

  #sendFrame(to: NodeIndex, frame: Uint8Array): void {
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

/** The bytes from `offset` of every block, one after the other. */
function cut(
  tags: Uint8Array,
  { block, offset, bytes }: { block: number; offset: number; bytes: number },
): Uint8Array {
  const blocks = tags.length / block
  const cuts = new Uint8Array(blocks * bytes)
  for (let i = 0; i < blocks; i += 1) {
    cuts.set(tags.subarray(i * block + offset, i * block + offset + bytes), i * bytes)
  }
  return cuts
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
