import { connect } from 'node:net'
import { privateKeyFromRaw, publicKeyFromRaw } from '@libp2p/crypto/keys'
import type { Connection, Libp2p, MultiaddrConnection, Stream } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { NodeIndex, Transport, TransportHandlers } from '../host/ports.ts'
import { joinWrites } from './lean-connection.ts'
import { LinkWatch } from './link-watch.ts'
import { nativeNoise } from './native-noise.ts'
import { type Patience, PeerLink } from './peer-link.ts'
import { quietLogger } from './quiet-libp2p.ts'

const protocol = '/whiteout/1'
/** With hundreds of nodes that start at once on few cores a handshake takes many seconds. */
const handshakeMs = 60_000
const parallelDials = 8
/** A dial that takes longer waits for its peer, not for us: a few paused peers must not hold up the dials to all others. */
const slotMs = 3000
const redialMs = { first: 200, longest: 2000 } as const
/** A TCP connection is there in milliseconds or not at all: during a partition a dial must not sit out the handshake's time. */
const connectMs = 3000
/** Peers that speak in turn, one heartbeat apart at most, need never be asked. */
const silenceHeartbeats = 1.5
/**
 * On a machine that is short of CPU a correct peer takes tens of seconds to answer, the more the larger the network.
 * Closing its link then costs both of them a handshake, which makes the shortage worse: a collapse seen with 500 nodes.
 */
const answerHeartbeats = 4
const patienceMin = { silenceMs: 3000, answerMs: 6000 } as const

/** The transport's own address is taken or not of this machine. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

export interface Libp2pTransportOptions {
  readonly index: NodeIndex
  /** 32-byte seed and public key of this node's libp2p identity. */
  readonly peerSeed: Uint8Array
  readonly roster: readonly {
    readonly address: string
    /** Left out, where everybody listens. */
    readonly port?: number
    readonly peerKey: Uint8Array
  }[]
  /** Where everybody listens. */
  readonly port: number
  /** How often a peer speaks that has nothing to say, milliseconds; a silent one is given a multiple of it. */
  readonly heartbeatMs?: number
  /** Address to listen on; this node's own of the roster unless several networks share a machine. */
  readonly listen?: string
}

/**
 * Frames over js-libp2p: TCP, noise, yamux, one connection and one stream a pair. Only roster members are let in. Of
 * two nodes one dials, so that no duplicates arise; it redials for as long as it runs.
 */
export class Libp2pTransport implements Transport {
  readonly #options: Libp2pTransportOptions
  readonly #indexes = new Map<string, NodeIndex>()
  readonly #links = new Map<NodeIndex, PeerLink>()
  readonly #watch = new LinkWatch(() => this.#links.values())
  /** Peers that this node dials for as long as it runs, and those that it dials as long as it is to reach them. */
  #dialled: ReadonlySet<NodeIndex> = new Set()
  #reached: ReadonlySet<NodeIndex> = new Set()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #waiting: (() => void)[] = []
  readonly #patience: Patience
  /** Inbound connections that have not authenticated as a node of the roster. */
  readonly #suspects = new WeakSet<MultiaddrConnection>()
  #dialling = 0
  #libp2p: Libp2p | undefined
  #handlers: TransportHandlers | undefined
  #stopped = false

  constructor(options: Libp2pTransportOptions) {
    this.#options = options
    this.#patience = patience(options.heartbeatMs ?? 0)
    options.roster.forEach(({ peerKey }, index) => {
      this.#indexes.set(hexOf(peerKey), index)
    })
  }

  async start(neighbours: readonly NodeIndex[], handlers: TransportHandlers): Promise<void> {
    const { index, roster, listen } = this.#options
    this.#handlers = handlers
    this.#libp2p = await this.#create(listen ?? roster[index]!.address)
    await this.#libp2p.handle(protocol, (stream, connection) => this.#accept(stream, connection), {
      maxInboundStreams: 2,
    })
    try {
      await this.#libp2p.start()
    } catch (cause) {
      // libp2p puts whole stacks into its message; one line of it says what went wrong.
      const { message } = cause as Error
      const reason = /listen E\w+: .*/.exec(message)?.[0] ?? message.split('\n')[0]
      throw new ListenError(`cannot listen for peers: ${reason}`, { cause })
    }
    this.#dialled = new Set(neighbours.filter(peer => dials(index, peer)))
    for (const peer of this.#dialled) void this.#dial(peer, redialMs.first)
  }

  /** These are dialled whatever their index: they need not know that this node wants a link. */
  reach(peers: readonly NodeIndex[]): void {
    const before = this.#reached
    this.#reached = new Set(peers.filter(peer => !this.#dialled.has(peer)))
    for (const peer of this.#reached) if (!before.has(peer)) void this.#dial(peer, redialMs.first)
  }

  send(to: NodeIndex, frame: Uint8Array): boolean {
    return this.#links.get(to)?.send(frame) ?? false
  }

  connected(): readonly NodeIndex[] {
    return [...this.#links.keys()]
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#watch.stop()
    for (const link of this.#links.values()) link.close()
    await this.#libp2p?.stop()
  }

  #create(address: string): Promise<Libp2p> {
    const { index, peerSeed, roster } = this.#options
    const { port = this.#options.port } = roster[index]!
    const connections = roster.length * 2 + 100
    return createLibp2p({
      start: false,
      logger: quietLogger,
      // Seed and public key together: deriving the public part in JavaScript costs 20 ms a start.
      privateKey: privateKeyFromRaw(Buffer.concat([peerSeed, roster[index]!.peerKey])),
      addresses: { listen: [`/ip4/${address}/tcp/${port}`] },
      transports: [tcp({ inboundSocketInactivityTimeout: 0, outboundSocketInactivityTimeout: 0 })],
      connectionEncrypters: [nativeNoise()],
      streamMuxers: [yamux({ enableKeepAlive: false })],
      connectionMonitor: { enabled: false },
      connectionManager: {
        maxConnections: connections,
        maxParallelDials: parallelDials,
        maxDialQueueLength: connections,
        maxIncomingPendingConnections: connections,
        inboundConnectionThreshold: Number.POSITIVE_INFINITY,
        dialTimeout: handshakeMs,
        addressDialTimeout: handshakeMs,
        inboundUpgradeTimeout: handshakeMs,
        inboundStreamProtocolNegotiationTimeout: handshakeMs,
        outboundStreamProtocolNegotiationTimeout: handshakeMs,
        reconnectRetries: 0,
      },
      connectionGater: {
        denyInboundConnection: connection => {
          joinWrites(connection)
          this.#suspect(connection)
          return false
        },
        denyOutboundConnection: (_peer, connection) => {
          joinWrites(connection)
          return false
        },
        denyInboundEncryptedConnection: (peer, connection) => {
          const isStranger = this.#indexOf(peer) === undefined
          if (!isStranger) this.#suspects.delete(connection)
          return isStranger
        },
      },
    })
  }

  /** What is refused before it has shown to be of this network is counted, unless it only took too long or went away. */
  #suspect(connection: MultiaddrConnection): void {
    const openedMs = performance.now()
    this.#suspects.add(connection)
    connection.addEventListener('close', ({ error, local }) => {
      const isOverdue = performance.now() - openedMs >= handshakeMs
      if (!this.#suspects.delete(connection) || this.#stopped || isOverdue || !error || !local) return
      this.#handlers?.onGarbage(undefined, `a connection from ${connection.remoteAddr}: ${error.message}`)
    })
  }

  #indexOf(peer: { publicKey?: { raw: Uint8Array } | undefined }): NodeIndex | undefined {
    return peer.publicKey && this.#indexes.get(hexOf(peer.publicKey.raw))
  }

  async #dial(peer: NodeIndex, backoffMs: number): Promise<void> {
    const release = await this.#slot()
    const slow = setTimeout(release, slotMs)
    let linked = false
    try {
      if (!this.#wants(peer) || this.#links.has(peer)) return
      const { address, port = this.#options.port, peerKey } = this.#options.roster[peer]!
      const id = peerIdFromPublicKey(publicKeyFromRaw(peerKey))
      // A failed libp2p dial costs milliseconds of CPU, a bare TCP probe a tenth of that: with half the network cut
      // off the difference is a core.
      if (backoffMs > redialMs.first && !(await isListening(address, port))) return
      const [connection, stream] = await this.#connect(`/ip4/${address}/tcp/${port}/p2p/${id}`)
      linked = this.#link(peer, connection, stream)
    } catch {
      // Not there yet, killed, or cut off: it is dialled again.
    } finally {
      clearTimeout(slow)
      release()
      if (!linked && !this.#links.has(peer)) this.#redial(peer, backoffMs)
    }
  }

  async #connect(address: string): Promise<[Connection, Stream]> {
    const attempt = new AbortController()
    const noConnection = setTimeout(() => attempt.abort(), connectMs)
    const signal = AbortSignal.any([attempt.signal, AbortSignal.timeout(handshakeMs)])
    try {
      const connection = await this.#libp2p!.dial(multiaddr(address), {
        signal,
        onProgress: ({ type }) => {
          if (type === 'upgrader:encrypt-outbound-connection') clearTimeout(noConnection)
        },
      })
      return [connection, await connection.newStream(protocol, { signal })]
    } finally {
      clearTimeout(noConnection)
    }
  }

  #redial(peer: NodeIndex, backoffMs: number): void {
    if (!this.#wants(peer)) return
    const next = Math.min(backoffMs * 2, redialMs.longest)
    this.#after(backoffMs * (0.75 + Math.random() / 2), () => void this.#dial(peer, next))
  }

  /**
   * Waits until fewer than `parallelDials` are under way.
   * @returns gives the place to the next one; only its first call counts
   */
  async #slot(): Promise<() => void> {
    this.#dialling += 1
    if (this.#dialling > parallelDials) await new Promise<void>(resolve => this.#waiting.push(resolve))
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#dialling -= 1
      this.#waiting.shift()?.()
    }
  }

  #accept(stream: Stream, connection: Connection): void {
    const peer = this.#indexOf(connection.remotePeer)
    if (peer === undefined) connection.abort(new Error('not in the roster'))
    else this.#link(peer, connection, stream)
  }

  #link(peer: NodeIndex, connection: Connection, stream: Stream): boolean {
    if (this.#stopped) {
      connection.abort(new Error('stopped'))
      return false
    }
    // A peer that restarted comes back before the old link is known to be dead: the newer one counts.
    this.#links.get(peer)?.close()
    const link = new PeerLink(connection, stream, this.#patience, {
      onFrame: frame => this.#handlers?.onFrame(peer, frame),
      onGarbage: reason => this.#handlers?.onGarbage(peer, reason),
      onClose: () => this.#unlink(peer, link),
      onAwaiting: dueMs => this.#watch.wakeAt(dueMs),
    })
    this.#links.set(peer, link)
    this.#handlers?.onPeer(peer, 'connected')
    return true
  }

  #unlink(peer: NodeIndex, link: PeerLink): void {
    if (this.#links.get(peer) !== link) return
    this.#links.delete(peer)
    if (this.#stopped) return
    this.#handlers?.onPeer(peer, 'disconnected')
    this.#redial(peer, redialMs.first)
  }

  #wants(peer: NodeIndex): boolean {
    return !this.#stopped && (this.#dialled.has(peer) || this.#reached.has(peer))
  }

  #after(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      action()
    }, ms)
    this.#timers.add(timer)
  }
}

function patience(heartbeatMs: number): Patience {
  return {
    silenceMs: Math.max(patienceMin.silenceMs, silenceHeartbeats * heartbeatMs),
    answerMs: Math.max(patienceMin.answerMs, answerHeartbeats * heartbeatMs),
  }
}

/**
 * Of two nodes exactly one dials: the one with the higher index. Containers start in the order of their indexes, so
 * whom it dials is there already; the other way round a start would drown in dials that fail.
 */
function dials(self: NodeIndex, peer: NodeIndex): boolean {
  return self > peer
}

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: connectMs })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket
      .once('connect', () => end(true))
      .once('timeout', () => end(false))
      .once('error', () => end(false))
  })
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
