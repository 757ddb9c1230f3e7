import type { Input } from '../consensus/input.ts'
import type { Replica } from '../consensus/replica.ts'
import type { NodeIndex } from '../consensus/types.ts'
import { type Content, decodeFrame } from '../wire/frame.ts'
import { decodeVertex, vertexId } from '../wire/vertex.ts'
import type { Conduct } from './conduct.ts'
import type { EvidenceBook } from './evidence-book.ts'
import type { NodePorts } from './node-options.ts'
import type { Router } from './router.ts'
import type { Standing } from './standing.ts'
import type { Tallies } from './tallies.ts'
import type { VertexServer } from './vertex-server.ts'

interface ListenerPorts extends Pick<NodePorts, 'clock' | 'crypto' | 'metrics' | 'onFatal'> {
  readonly conduct: Conduct
  readonly evidence: EvidenceBook | undefined
  readonly replica: Pick<Replica, 'knows'>
  readonly router: Router
  readonly server: VertexServer
  readonly standing: Standing
  readonly tallies: Tallies | undefined
  step(input: Input): void
}

/** Takes the frames of peers: checks what they hold, notes what no correct node sends, and hands the rest to the core. */
export class Listener {
  readonly #n: number
  readonly #ports: ListenerPorts
  /** Peers over whose present link no gossip has come yet. */
  readonly #newPeers = new Set<NodeIndex>()

  constructor({ n }: { readonly n: number }, ports: ListenerPorts) {
    this.#n = n
    this.#ports = ports
  }

  connected(peer: NodeIndex): void {
    this.#newPeers.add(peer)
  }

  receive(from: NodeIndex, bytes: Uint8Array): void {
    const { conduct, evidence, metrics, router, server, tallies, onFatal } = this.#ports
    tallies?.frame(from)
    metrics.add('frames_received')
    metrics.add('bytes_received', bytes.length)
    const frame = decodeFrame(bytes)
    if (!frame) {
      metrics.add('garbage')
      evidence?.catch(from, 'garbage', `a frame of ${bytes.length} bytes`)
      return
    }
    if (frame.content) this.take([from], frame.content, from)
    for (const parcel of frame.parcels ?? []) router.receive(from, parcel)
    if (frame.pull && conduct.serves) void server.serve(from, frame.pull).catch(onFatal)
    if (frame.pulled?.length) this.#takePulled(from, frame.pulled)
  }

  /** A content that each of these nodes is proven to say, vertices apart: those count as `direct`’s, if it came straight from there. */
  take(origins: readonly NodeIndex[], content: Content, direct?: NodeIndex): void {
    const { evidence, metrics, standing, tallies, step } = this.#ports
    const { vertices, votes, wants, gossip, query, chits } = content
    const nowMs = this.#nowMs()
    for (const vertex of vertices) this.#takeVertex(origins[0]!, vertex, direct)
    if (votes.length > 0) {
      metrics.add('votes_received', votes.length * origins.length)
      evidence?.votes(origins, votes)
      tallies?.votes(origins, votes, nowMs)
      if (!standing.isOverThreshold) step({ kind: 'votes', nowMs, from: origins, votes })
    }
    for (const from of origins) {
      if (wants) step({ kind: 'wants', nowMs, from, ids: wants })
      if (query) step({ kind: 'query', nowMs, from, ...query })
      if (chits) {
        tallies?.votes([from], chits.votes, nowMs)
        step({ kind: 'chits', nowMs, from, ...chits })
      }
      if (gossip) {
        standing.greeted(from)
        tallies?.gossip(from, gossip, nowMs)
        step({ kind: 'gossip', nowMs, from, gossip, first: this.#newPeers.delete(from) })
      }
    }
  }

  /** @returns whether the vertex was new and valid */
  #takeVertex(from: NodeIndex, view: Uint8Array, direct: NodeIndex | undefined): boolean {
    const { crypto, evidence, metrics, replica, tallies, step } = this.#ports
    metrics.add('vertices_received')
    // An own copy, so that the vertex does not keep a whole frame alive.
    const bytes = view.slice()
    const id = vertexId(bytes, crypto.sha256Hex)
    if (id === undefined) {
      metrics.add('vertices_refused')
      return false
    }
    if (replica.knows(id)) return false
    const vertex = decodeVertex(bytes, this.#n, crypto)
    if (typeof vertex === 'string') {
      metrics.add('vertices_refused')
      if (direct !== undefined) evidence?.catch(direct, 'bad-signature', `vertex ${id}: ${vertex}`)
      return false
    }
    const nowMs = this.#nowMs()
    evidence?.vertex(vertex)
    tallies?.vertex(id, nowMs)
    step({ kind: 'vertex', nowMs, from, vertex })
    return true
  }

  #takePulled(from: NodeIndex, vertices: readonly Uint8Array[]): void {
    this.#ports.tallies?.served(from)
    let fresh = 0
    for (const vertex of vertices) if (this.#takeVertex(from, vertex, from)) fresh += 1
    this.#ports.step({ kind: 'pulled', nowMs: this.#nowMs(), from, fresh })
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs()
  }
}
