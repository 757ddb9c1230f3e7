import type { Input } from '../consensus/input.ts'
import type { Replica } from '../consensus/replica.ts'
import type { NodeIndex, Transaction } from '../consensus/types.ts'
import type { TransactionFields } from '../contract/transaction.ts'
import {
  type Ballot,
  type Certificate,
  type Content,
  decodeFrame,
  decodeVotes,
  tagBytes,
} from '../wire/frame.ts'
import { checkVertex, unsealVertex } from '../wire/vertex.ts'
import { examine } from './admission.ts'
import type { Collector } from './collector.ts'
import type { Conduct } from './conduct.ts'
import type { EvidenceBook } from './evidence-book.ts'
import type { Gatherer } from './gatherer.ts'
import type { NodePorts } from './node-options.ts'
import type { Standing } from './standing.ts'
import type { Tallies } from './tallies.ts'
import type { VertexServer } from './vertex-server.ts'

interface ListenerPorts extends Pick<NodePorts, 'clock' | 'crypto' | 'metrics' | 'onFatal'> {
  readonly collector: Collector
  readonly conduct: Conduct
  readonly gatherer: Gatherer
  readonly evidence: EvidenceBook | undefined
  readonly replica: Pick<Replica, 'knows' | 'isOpen'>
  readonly server: VertexServer
  readonly standing: Standing
  readonly tallies: Tallies | undefined
  step(input: Input): void
}

/** Takes the frames of peers: checks what they hold, notes what no correct node sends, and hands the rest to the core. */
export class Listener {
  readonly #self: NodeIndex
  readonly #n: number
  readonly #ports: ListenerPorts
  /** Peers over whose present link no gossip has come yet. */
  readonly #newPeers = new Set<NodeIndex>()

  constructor({ index, n }: { readonly index: NodeIndex; readonly n: number }, ports: ListenerPorts) {
    this.#self = index
    this.#n = n
    this.#ports = ports
  }

  connected(peer: NodeIndex): void {
    this.#newPeers.add(peer)
  }

  receive(from: NodeIndex, bytes: Uint8Array): void {
    const { conduct, gatherer, metrics, server, tallies, onFatal } = this.#ports
    tallies?.frame(from)
    metrics.add('frames_received')
    metrics.add('bytes_received', bytes.length)
    const frame = decodeFrame(bytes)
    if (!frame) {
      this.#refuse(from, `a frame of ${bytes.length} bytes`)
      return
    }
    if (frame.content) this.#takeContent(from, frame.content)
    for (const ballot of frame.ballots ?? []) this.#takeBallot(from, ballot)
    for (const certificate of frame.certificates ?? []) this.#takeCertificate(from, certificate)
    if (frame.collect) gatherer.request(from, frame.collect)
    if (frame.entrusted && conduct.issues) this.#takeEntrusted(from, frame.entrusted)
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
      if (wants) step({ kind: 'wants', nowMs, from, ...wants })
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

  /** Tags can be made for nodes of the roster alone, and more of them than nodes would only cost time. */
  #takeContent(from: NodeIndex, content: Content): void {
    const receivers = content.wants?.receivers ?? []
    if (receivers.length > this.#n || receivers.some(receiver => receiver >= this.#n))
      this.#refuse(from, `a request for votes for ${receivers.length} nodes`)
    else this.take([from], content, from)
  }

  /** The sender's own votes, and what others can believe them by. */
  #takeBallot(from: NodeIndex, ballot: Ballot): void {
    const { collector, gatherer, replica } = this.#ports
    const votes = decodeVotes(ballot.votes)
    const { receivers, tags } = ballot
    if (!votes?.length || tags.length !== (receivers?.length ?? this.#n) * tagBytes) {
      this.#refuse(from, `a ballot of ${votes?.length} votes and ${tags.length} bytes of tags`)
      return
    }
    const [{ vertex }] = votes as [(typeof votes)[number]]
    const wasOpen = replica.isOpen(vertex)
    this.take([from], { votes, vertices: [] })
    if (receivers) gatherer.add(from, { ...ballot, receivers })
    else if (votes.length === 1 && replica.knows(vertex)) collector.add(from, vertex, ballot, wasOpen)
  }

  /** Votes of others: those count whose tags are good for this node. A bad one may be the voter's or the sender's, so it proves nothing. */
  #takeCertificate(from: NodeIndex, { votes: bytes, voters, tags }: Certificate): void {
    const { crypto, evidence, metrics, replica } = this.#ports
    const votes = decodeVotes(bytes)
    if (
      !votes?.length ||
      tags.length !== voters.length * tagBytes ||
      // The last of them is the highest.
      (voters.at(-1) ?? 0) >= this.#n
    ) {
      this.#refuse(from, `a certificate of ${voters.length} voters and ${tags.length} bytes of tags`)
      return
    }
    metrics.add('certificates_received')
    const isNews = votes.some(({ vertex }) => !replica.knows(vertex) || replica.isOpen(vertex))
    if (!isNews && !evidence) return
    // Of its own vote this node has no need to be told.
    const proven = crypto.tagged(voters, bytes, tags).filter(voter => voter !== this.#self)
    metrics.add('tags_refused', voters.length - (voters.includes(this.#self) ? 1 : 0) - proven.length)
    if (proven.length > 0) this.take(proven, { votes, vertices: [] })
  }

  #takeEntrusted(from: NodeIndex, submitted: readonly TransactionFields[]): void {
    const { crypto, evidence, metrics, step } = this.#ports
    const transactions: Transaction[] = []
    for (const each of submitted) {
      const examined = examine(each, crypto)
      if (!('code' in examined)) transactions.push(examined)
      else {
        metrics.add('transactions_refused')
        evidence?.catch(from, 'bad-signature', `a transaction it wants issued: ${examined.message}`)
      }
    }
    if (transactions.length > 0) step({ kind: 'entrusted', nowMs: this.#nowMs(), transactions })
  }

  #refuse(from: NodeIndex, what: string): void {
    this.#ports.metrics.add('garbage')
    this.#ports.evidence?.catch(from, 'garbage', what)
  }

  /** @returns whether the vertex was new and valid */
  #takeVertex(from: NodeIndex, view: Uint8Array, direct: NodeIndex | undefined): boolean {
    const { clock, crypto, evidence, metrics, replica, tallies, step } = this.#ports
    metrics.add('vertices_received')
    // An own copy, which `slice` of a Buffer is not, so that the vertex does not keep a whole frame alive.
    const bytes = new Uint8Array(view)
    const sealed = unsealVertex(bytes, crypto.sha256Hex)
    if (!sealed) {
      metrics.add('vertices_refused')
      return false
    }
    const { id } = sealed
    if (replica.knows(id)) return false
    const vertex = checkVertex(sealed, this.#n, crypto)
    if (typeof vertex === 'string') {
      metrics.add('vertices_refused')
      if (direct !== undefined) evidence?.catch(direct, 'bad-signature', `vertex ${id}: ${vertex}`)
      return false
    }
    const nowMs = this.#nowMs()
    evidence?.vertex(vertex)
    tallies?.vertex(vertex, nowMs)
    step({ kind: 'vertex', nowMs, wallMs: clock.machineMs(), from, vertex })
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
