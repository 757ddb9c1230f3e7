import type { Act } from '../byzantine/act.ts'
import type { Effect, Want } from '../consensus/effect.ts'
import type { Input } from '../consensus/input.ts'
import { verifyCensus } from '../consensus/parameters.ts'
import { Replica, type RuleOptions } from '../consensus/replica.ts'
import type { Transaction, Vertex, Vote } from '../consensus/types.ts'
import { type Content, decodeFrame, encodeFrame, encodeVote } from '../wire/frame.ts'
import { decodeVertex, type EncodedVertex, encodeBody, encodeVertex, vertexId } from '../wire/vertex.ts'
import { encodeQueued, examine } from './admission.ts'
import { Committer } from './committer.ts'
import { type Assigned, Conduct } from './conduct.ts'
import { DecisionLog } from './decision-log.ts'
import { type Evidence, EvidenceBook } from './evidence-book.ts'
import { Lattice } from './lattice.ts'
import { Liar } from './liar.ts'
import { OutgoingPulls } from './outgoing-pulls.ts'
import { OutgoingVotes } from './outgoing-votes.ts'
import type {
  Admission,
  Clock,
  Crypto,
  Metrics,
  NodeControl,
  NodeIndex,
  NodeStatus,
  RuleStatus,
  Store,
  StoreOperation,
  SubmittedTransaction,
  Transport,
} from './ports.ts'
import {
  decisionKey,
  encodeDecision,
  encodeJson,
  encodeVertexRecord,
  orderKey,
  prefixes,
  type Summary,
  summaryKey,
} from './records.ts'
import { forgetVotes, type Recovered, recover } from './recovery.ts'
import { Router } from './router.ts'
import { encodeOrder, VertexServer } from './vertex-server.ts'

export interface NodeOptions {
  readonly index: NodeIndex
  readonly n: number
  readonly f: number
  readonly alpha: number
  /** What decides; left out, the census rule with sticky votes. */
  readonly rule?: RuleOptions
  readonly voteIntervalMs: number
  readonly heartbeatIntervalMs: number
  readonly voteDimensions: 1 | 2 | 3
  readonly fullMesh: boolean
  /** Those of the roster that it has no links with; nobody when left out. */
  readonly strangers?: readonly NodeIndex[]
  readonly version: string
  /** Record what peers do that no correct node does; with the census, more than f such peers are the end of acceptance. */
  readonly evidence?: { readonly faultCensus: boolean } | undefined
  /** Left out, the node is correct. */
  readonly behaviour?: Assigned | undefined
}

export interface NodePorts {
  readonly transport: Transport
  readonly store: Store
  readonly clock: Clock
  readonly crypto: Crypto
  readonly metrics: Metrics
  /** Uniform in [0, 1), the same for the same seed and name: the chance of Byzantine nodes. */
  readonly draw?: (seed: string, name: string) => number
  /** The store cannot write: the process must end. */
  readonly onFatal: (error: unknown) => void
}

/** How exactly the core's patience is kept: waking hundreds of processes more often would be a tenth of a core. */
const ticksPerPatience = 4
/** In a full mesh a vote that is missing is asked for from those who have not voted alone, and so every so often, milliseconds. */
const meshPauseMs = 8000
/** What a node raises that has caught more peers than may be faulty. */
const overThreshold = 'SAFETY_THRESHOLD_EXCEEDED'
/** Least time between two vertices of one node. */
const issueIntervalMs = 20
/** Admitted transactions whose finality is still to be observed. */
const admittedLimit = 50_000

/**
 * The driver loop around the consensus core: turns frames, timers and client calls into inputs, and effects into
 * store writes, frames and answers. Whatever an effect says goes out only after the store has what it rests on.
 */
export class Node implements NodeControl {
  readonly #options: NodeOptions
  readonly #ports: NodePorts
  readonly #replica: Replica
  readonly #committer: Committer
  readonly #router: Router
  readonly #lattice: Lattice
  readonly #outgoing: OutgoingVotes
  readonly #conduct: Conduct
  readonly #liar: Liar
  readonly #evidence: EvidenceBook | undefined
  readonly #decisions: DecisionLog
  readonly #neighbours: readonly NodeIndex[]
  readonly #queued = new Set<string>()
  readonly #admittedMs = new Map<string, number>()
  readonly #server: VertexServer
  readonly #pulls: OutgoingPulls
  readonly #peers = new Set<NodeIndex>()
  /** Peers over whose present link no gossip has come yet. */
  readonly #newPeers = new Set<NodeIndex>()
  readonly #startedAt: number
  readonly #tickMs: number
  #recovered: Recovered | undefined
  #caughtUp = false
  readonly #greetedBy = new Set<NodeIndex>()
  #cancelTick: (() => void) | undefined
  #cancelHeartbeat: (() => void) | undefined
  #stopped = false

  constructor(options: NodeOptions, ports: NodePorts) {
    this.#options = options
    this.#ports = ports
    this.#startedAt = ports.clock.wallMs()
    const { n, f, alpha, rule, index, voteIntervalMs, voteDimensions } = options
    const patienceMs = Math.max(1000, voteIntervalMs)
    this.#tickMs = Math.min(
      patienceMs / ticksPerPatience,
      rule?.rule === 'sampled' ? rule.pollIntervalMs : patienceMs,
    )
    this.#replica = new Replica({
      index,
      parameters: verifyCensus({ n, f, alpha }),
      ...(rule ? { rule } : {}),
      patienceMs,
      // In a full mesh new links bring the votes that a cut held back, so that asking need not be quick.
      longestPauseMs: options.fullMesh ? Math.max(2 * patienceMs, meshPauseMs) : 4 * patienceMs,
      issueIntervalMs,
    })
    this.#conduct = new Conduct({ self: index, n }, ports)
    const areVotesFinal = rule === undefined || (rule.rule === 'census' && rule.beta === 1)
    this.#evidence = options.evidence && new EvidenceBook(n, { areVotesFinal })
    this.#committer = new Committer(ports.store, ports.onFatal)
    this.#decisions = new DecisionLog(ports.store)
    this.#lattice = new Lattice(n, voteDimensions)
    const linked = options.fullMesh ? everyoneBut(index, n) : this.#lattice.neighbours(index)
    this.#neighbours = linked.filter(node => !options.strangers?.includes(node))
    this.#router = new Router(
      { self: index, lattice: this.#lattice, relayIntervalMs: Math.ceil(voteIntervalMs / 8) },
      { ...ports, peers: this.#peers, relays: () => this.#conduct.relays },
      (origins, content) => this.#take(origins, content),
    )
    this.#pulls = new OutgoingPulls(this.#peers, (peer, pull) => {
      ports.metrics.add('pulls_sent')
      ports.transport.send(peer, encodeFrame({ pull }))
    })
    this.#server = new VertexServer(ports.store, (to, pulled) => {
      if (this.#stopped) return
      ports.metrics.add('vertices_served', pulled.length)
      ports.transport.send(to, encodeFrame({ pulled }))
    })
    this.#outgoing = new OutgoingVotes({ clock: ports.clock, intervalMs: voteIntervalMs }, content =>
      this.#router.tellAll({ ...content, vertices: [] }),
    )
    this.#liar = new Liar(
      { intervalMs: voteIntervalMs },
      { ...ports, router: this.#router, peers: this.#peers },
      acts => this.#do(acts),
    )
  }

  /** Reads the store back, then listens and dials. */
  async start(): Promise<void> {
    this.#conduct.behave(this.#options.behaviour)
    if (this.#conduct.forgets) await forgetVotes(this.#ports.store)
    this.#recovered = await recover(this.#replica, this.#options, this.#ports)
    for (const id of this.#recovered.queued) this.#queued.add(id)
    this.#decisions.restored(this.#replica.counters.decisions)
    this.#caughtUp = this.#replica.counters.vertices === 0 && this.#recovered.opens === 1
    await this.#ports.transport.start(this.#neighbours, {
      onFrame: (from, frame) => this.#receive(from, frame),
      onPeer: (peer, state) => {
        if (state === 'disconnected') this.#peers.delete(peer)
        else {
          this.#peers.add(peer)
          this.#newPeers.add(peer)
          this.#greet(peer)
        }
      },
      onGarbage: () => this.#ports.metrics.add('garbage'),
    })
    this.#armHeartbeat()
    this.#armTick()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTick?.()
    this.#cancelHeartbeat?.()
    this.#outgoing.stop()
    this.#liar.stop()
    this.#router.stop()
    await this.#ports.transport.stop()
    await this.#committer.drain()
    await this.#ports.store.close()
  }

  health(): { readonly ready: true } | { readonly ready: false; readonly missing: string } {
    if (!this.#recovered) return { ready: false, missing: 'the store is being read' }
    if (this.#isOverThreshold())
      return { ready: false, missing: `${overThreshold}: ${this.#evidence!.offenders} peers were caught` }
    const connected = this.#peers.size
    const needed = this.#neededPeers()
    if (connected < needed) {
      return { ready: false, missing: `${connected} of at least ${needed} peers are connected` }
    }
    if (!this.#caughtUp) {
      const heard = this.#greetedBy.size
      if (heard < needed)
        return { ready: false, missing: `catching up: heard of ${heard} of ${needed} peers` }
      if (this.#replica.missing > 0) {
        return { ready: false, missing: `catching up: ${this.#replica.missing} vertices are missing` }
      }
      this.#caughtUp = true
    }
    return { ready: true }
  }

  async submit(submitted: readonly SubmittedTransaction[]): Promise<Admission | 'full'> {
    const { crypto, metrics } = this.#ports
    const refused: { index: number; code: string; message: string }[] = []
    const transactions: Transaction[] = []
    const indexes: number[] = []
    submitted.forEach((each, index) => {
      const examined = examine(each, crypto)
      if ('code' in examined) refused.push({ index, ...examined })
      else {
        transactions.push(examined)
        indexes.push(index)
      }
    })
    const { admitted, refused: byCore } = await this.#admit(transactions)
    for (const { index, code, message } of byCore) refused.push({ index: indexes[index]!, code, message })
    metrics.add('transactions_admitted', admitted)
    metrics.add('transactions_refused', refused.length)
    if (admitted === 0 && byCore.length > 0 && byCore.every(each => each.code === 'full')) return 'full'
    return { admitted, refused }
  }

  decisions(from: number, signal: AbortSignal): ReturnType<NodeControl['decisions']> {
    return this.#decisions.read(from, signal)
  }

  digest(): { readonly accepted: number; readonly digest: string } {
    return this.#replica.accepted
  }

  /** What makes this node Byzantine; undefined when it is correct. */
  get behaviour(): Assigned | undefined {
    return this.#conduct.assigned
  }

  /** From now on it behaves so; undefined: as a correct node. */
  behave(behaviour: Assigned | undefined): void {
    this.#conduct.behave(behaviour)
  }

  status(): NodeStatus {
    const { index, version, n, f, alpha, rule } = this.#options
    const { processing, queued } = this.#replica.load
    const { opens, verified, message } = this.#recovered ?? {
      opens: 0,
      verified: false,
      message: 'not read yet',
    }
    return {
      index,
      startedAt: this.#startedAt,
      version,
      peers: this.#peers.size,
      neighbours: this.#neighbours.length,
      processing,
      queued,
      accepted: this.#replica.accepted.accepted,
      vertices: this.#replica.counters.vertices,
      messagesSent: this.#router.sent,
      parameters: { n, f, alpha, ...describeRule(rule) },
      storage: { verified, opens, ...(message === undefined ? {} : { message }) },
      ...(this.behaviour ? { behaviour: this.behaviour.name } : {}),
      ...(this.#isOverThreshold() ? { raised: overThreshold } : {}),
    }
  }

  /** What peers were caught at; undefined when nothing is recorded. */
  evidence(): Evidence | undefined {
    return this.#evidence?.read()
  }

  /** More peers were caught than the protocol bears: what it would accept from now on might not be safe. */
  #isOverThreshold(): boolean {
    const { evidence, f } = this.#options
    return evidence?.faultCensus === true && this.#evidence!.offenders > f
  }

  #neededPeers(): number {
    const { alpha, fullMesh, strangers } = this.#options
    return fullMesh && !strangers ? alpha - 1 : Math.ceil((this.#neighbours.length * 2) / 3)
  }

  #admit(transactions: readonly Transaction[]): Promise<{
    admitted: number
    refused: Extract<Effect, { kind: 'admission' }>['refused']
  }> {
    if (transactions.length === 0) return Promise.resolve({ admitted: 0, refused: [] })
    return new Promise(resolve => {
      this.#step({ kind: 'submit', nowMs: this.#nowMs(), transactions }, (admitted, refused) =>
        resolve({ admitted, refused }),
      )
    })
  }

  #receive(from: NodeIndex, bytes: Uint8Array): void {
    const { metrics } = this.#ports
    metrics.add('frames_received')
    metrics.add('bytes_received', bytes.length)
    const frame = decodeFrame(bytes)
    if (!frame) {
      metrics.add('garbage')
      this.#evidence?.catch(from, 'garbage', `a frame of ${bytes.length} bytes`)
      return
    }
    if (frame.content) this.#take([from], frame.content, from)
    for (const parcel of frame.parcels ?? []) this.#router.receive(from, parcel)
    if (frame.pull && this.#conduct.serves)
      void this.#server.serve(from, frame.pull).catch(this.#ports.onFatal)
    if (frame.pulled?.length) this.#takePulled(from, frame.pulled)
  }

  /** A content that each of these nodes is proven to say, vertices apart: those count as `direct`’s, if it came straight from there. */
  #take(origins: readonly NodeIndex[], content: Content, direct?: NodeIndex): void {
    const { vertices, votes, wants, gossip, query, chits } = content
    const nowMs = this.#nowMs()
    for (const vertex of vertices) this.#takeVertex(origins[0]!, vertex, direct)
    if (votes.length > 0) {
      this.#ports.metrics.add('votes_received', votes.length * origins.length)
      this.#evidence?.votes(origins, votes)
      if (!this.#isOverThreshold()) this.#step({ kind: 'votes', nowMs, from: origins, votes })
    }
    for (const from of origins) {
      if (wants) this.#step({ kind: 'wants', nowMs, from, ids: wants })
      if (query) this.#step({ kind: 'query', nowMs, from, ...query })
      if (chits) this.#step({ kind: 'chits', nowMs, from, ...chits })
      if (gossip) {
        this.#greetedBy.add(from)
        this.#step({ kind: 'gossip', nowMs, from, gossip, first: this.#newPeers.delete(from) })
      }
    }
  }

  /** @returns whether the vertex was new and valid */
  #takeVertex(from: NodeIndex, view: Uint8Array, direct: NodeIndex | undefined): boolean {
    const { crypto, metrics } = this.#ports
    metrics.add('vertices_received')
    // An own copy, so that the vertex does not keep a whole frame alive.
    const bytes = view.slice()
    const id = vertexId(bytes, crypto.sha256Hex)
    if (id === undefined) {
      metrics.add('vertices_refused')
      return false
    }
    if (this.#replica.knows(id)) return false
    const vertex = decodeVertex(bytes, this.#options.n, crypto)
    if (typeof vertex === 'string') {
      metrics.add('vertices_refused')
      if (direct !== undefined) this.#evidence?.catch(direct, 'bad-signature', `vertex ${id}: ${vertex}`)
      return false
    }
    this.#evidence?.vertex(vertex)
    this.#step({ kind: 'vertex', nowMs: this.#nowMs(), from, vertex })
    return true
  }

  #takePulled(from: NodeIndex, vertices: readonly Uint8Array[]): void {
    let fresh = 0
    for (const vertex of vertices) if (this.#takeVertex(from, vertex, from)) fresh += 1
    this.#step({ kind: 'pulled', nowMs: this.#nowMs(), from, fresh })
  }

  #step(
    input: Input,
    onAdmission?: (admitted: number, refused: Extract<Effect, { kind: 'admission' }>['refused']) => void,
  ): void {
    if (this.#stopped) return
    const effects = this.#replica.step(input)
    this.#do(this.#conduct.acts(input, effects), onAdmission)
    this.#armTick()
  }

  #do(
    acts: readonly Act[],
    onAdmission?: (admitted: number, refused: Extract<Effect, { kind: 'admission' }>['refused']) => void,
  ): void {
    if (this.#stopped) return
    const operations: StoreOperation[] = []
    const after: (() => void)[] = []
    let decided = false
    for (const act of acts) {
      if (act.kind === 'decide') decided = true
      if (act.kind === 'admission') {
        this.#noteAdmitted(act.admitted, operations)
        after.push(() => onAdmission?.(act.admitted.length, act.refused))
      } else this.#perform(act, operations, after)
    }
    if (decided) {
      const summary: Summary = { decisions: this.#replica.counters.decisions, ...this.#replica.accepted }
      operations.push({ kind: 'put', key: summaryKey, value: encodeJson(summary) })
    }
    if (operations.length + after.length > 0) this.#committer.add(operations, after)
  }

  /** Adds what an effect writes to `operations`, and what may happen only afterwards to `after`. */
  #perform(
    effect: Exclude<Act, { kind: 'admission' }>,
    operations: StoreOperation[],
    after: (() => void)[],
  ): void {
    const { metrics } = this.#ports
    switch (effect.kind) {
      case 'issue':
        after.push(() => this.#issue(effect.body))
        return
      case 'vote':
        this.#noteVote(effect.vertex as EncodedVertex, effect.vote, effect.order, operations)
        after.push(() => this.#sendVote(effect.vertex, effect.vote))
        return
      case 'revote': {
        const { vertex, vote } = effect
        operations.push({ kind: 'put', key: prefixes.votes + vertex.id, value: encodeVote(vote) })
        after.push(() => this.#sendVote(vertex, vote))
        return
      }
      case 'query': {
        const { to, poll, ids } = effect
        metrics.add('queries_sent')
        after.push(() => this.#router.tell(to, { votes: [], query: { poll, ids }, vertices: [] }))
        return
      }
      case 'chits': {
        const { to, poll, votes } = effect
        after.push(() => this.#router.tell(to, { votes: [], chits: { poll, votes }, vertices: [] }))
        return
      }
      case 'push':
        after.push(() => this.#push(effect.vertex as EncodedVertex))
        return
      case 'answer':
        after.push(() => this.#answer(effect.to, effect.votes))
        return
      case 'pull':
        this.#pulls.add(effect.hint, effect)
        return
      case 'want':
        metrics.add('wants_sent', effect.wants.length)
        this.#want(effect.wants)
        return
      case 'decide': {
        const { sequence, outcome, transaction } = effect
        const atMs = this.#ports.clock.wallMs()
        const value = encodeDecision({ ...transaction, outcome, atMs })
        operations.push({ kind: 'put', key: decisionKey(sequence), value })
        after.push(() => this.#announce(sequence, transaction.id, outcome, atMs))
        return
      }
      case 'keep': {
        const { vertex, vote, order } = effect.of
        this.#noteVote(vertex as EncodedVertex, vote, order, operations)
        return
      }
      case 'tell':
        if (effect.to) after.push(() => this.#liar.tell(effect.vote, effect.to!))
        else after.push(() => this.#outgoing.vote(effect.vote))
        return
      default:
        after.push(() => this.#liar.perform(effect))
    }
  }

  #noteAdmitted(admitted: readonly Transaction[], operations: StoreOperation[]): void {
    const nowMs = this.#nowMs()
    for (const transaction of admitted) {
      this.#queued.add(transaction.id)
      if (this.#admittedMs.size < admittedLimit) this.#admittedMs.set(transaction.id, nowMs)
      operations.push({ kind: 'put', key: prefixes.queue + transaction.id, value: encodeQueued(transaction) })
    }
  }

  #noteVote(vertex: EncodedVertex, vote: Vote, order: number, operations: StoreOperation[]): void {
    this.#evidence?.votes([this.#options.index], [vote])
    const record = encodeVertexRecord(vote.exceptions, vertex.bytes)
    operations.push({ kind: 'put', key: orderKey(order), value: record })
    operations.push({ kind: 'put', key: prefixes.orders + vertex.id, value: encodeOrder(order) })
    for (const { id } of vertex.transactions) {
      if (this.#queued.delete(id)) operations.push({ kind: 'delete', key: prefixes.queue + id })
    }
  }

  #issue(body: Extract<Effect, { kind: 'issue' }>['body']): void {
    const { clock, crypto, metrics } = this.#ports
    const stamped = { ...body, timestampMs: clock.wallMs() }
    const encoded = encodeBody(stamped)
    const bytes = encodeVertex(encoded, crypto.signVertex(encoded))
    const vertex: EncodedVertex = { ...stamped, id: crypto.sha256Hex(encoded), bytes }
    metrics.add('vertices_issued')
    this.#evidence?.vertex(vertex)
    this.#step({ kind: 'issued', nowMs: this.#nowMs(), vertex })
  }

  /** The issuer hears at once, so that it can finalise in one round trip; everybody else with the next push. */
  #sendVote(vertex: Vertex, vote: Vote): void {
    this.#ports.metrics.add('votes_cast')
    // In polls nodes answer when they are asked, and only then.
    if (this.#options.rule?.rule === 'sampled') return
    const own = vertex.issuer === this.#options.index
    if (this.#options.fullMesh && !own) this.#router.tell(vertex.issuer, { votes: [vote], vertices: [] })
    // Nobody needs to hear an issuer's own vote, but with it all nodes say the same.
    this.#outgoing.vote(vote, vertex)
  }

  #push(vertex: EncodedVertex): void {
    const content: Content = { votes: [], vertices: [vertex.bytes] }
    if (this.#options.fullMesh) this.#router.tellPeers(content)
    else this.#router.tellAll(content)
  }

  /**
   * In a full mesh whoever has not voted is asked alone: after a cut each half has its own votes, and everybody telling
   * everybody what is known would cost several times what is missing. Over a lattice all ask for the same in one parcel.
   */
  #want(wants: readonly Want[]): void {
    if (!this.#options.fullMesh || this.#peers.size < this.#neededPeers()) {
      this.#outgoing.want(wants.map(({ id }) => id))
      return
    }
    for (const peer of this.#peers) {
      const ids = wants.filter(({ voters }) => !voters.has(peer)).map(({ id }) => id)
      if (ids.length > 0) this.#router.tell(peer, { votes: [], wants: ids, vertices: [] })
    }
  }

  #announce(sequence: number, transaction: string, outcome: 'accepted' | 'rejected', atMs: number): void {
    const { metrics } = this.#ports
    metrics.add(outcome === 'accepted' ? 'transactions_accepted' : 'transactions_rejected')
    const admittedMs = this.#admittedMs.get(transaction)
    if (admittedMs !== undefined) {
      this.#admittedMs.delete(transaction)
      metrics.observeFinality((this.#nowMs() - admittedMs) / 1000)
    }
    this.#decisions.append({ sequence, transaction, outcome, atMs })
  }

  /** Directly where there is a connection; else with the next push, which all who asked for the same share. */
  #answer(to: NodeIndex, votes: readonly Vote[]): void {
    if (this.#peers.has(to)) this.#router.tell(to, { votes, vertices: [] })
    else for (const vote of votes) this.#outgoing.vote(vote)
  }

  /** A new connection: what the peer may have missed. Votes on all that is open spare both a round of asking after a cut. */
  #greet(peer: NodeIndex): void {
    const votes = this.#conduct.repeat(peer, this.#replica.openVotes(), this.#nowMs())
    const gossip = this.#conduct.gossip(this.#replica.gossip(), this.#nowMs())
    if (!votes && !gossip) return
    const content: Content = { votes: votes ?? [], ...(gossip ? { gossip } : {}), vertices: [] }
    this.#committer.add([], [() => this.#router.tell(peer, content)])
  }

  #armHeartbeat(): void {
    this.#cancelHeartbeat = this.#ports.clock.after(this.#options.heartbeatIntervalMs, () => {
      const gossip = this.#conduct.gossip(this.#replica.gossip(), this.#nowMs())
      if (gossip && this.#replica.counters.vertices > 0)
        this.#router.tellNeighbours({ votes: [], gossip, vertices: [] })
      this.#armHeartbeat()
    })
  }

  #armTick(): void {
    if (this.#cancelTick || this.#stopped) return
    const { queued, busy } = this.#replica.load
    if (!busy) return
    this.#cancelTick = this.#ports.clock.after(queued > 0 ? issueIntervalMs : this.#tickMs, () => {
      this.#cancelTick = undefined
      this.#step({ kind: 'tick', nowMs: this.#nowMs() })
    })
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs()
  }
}

/** The rule's name and numbers, for whoever asks. */
function describeRule(rule: RuleOptions = { rule: 'census', beta: 1 }): RuleStatus {
  return rule.rule === 'census' ? rule : { rule: rule.rule, ...rule.parameters }
}

function everyoneBut(index: NodeIndex, n: number): NodeIndex[] {
  return Array.from({ length: n }, (_, node) => node).filter(node => node !== index)
}
