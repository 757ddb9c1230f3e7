import type { Input } from '../consensus/input.ts'
import { verifyCensus } from '../consensus/parameters.ts'
import { Replica } from '../consensus/replica.ts'
import type { Transaction, VertexId } from '../consensus/types.ts'
import { examine } from './admission.ts'
import { Backlog } from './backlog.ts'
import { Collector } from './collector.ts'
import { Committer } from './committer.ts'
import { type Assigned, Conduct } from './conduct.ts'
import { DecisionLog } from './decision-log.ts'
import { type Caught, EvidenceBook, toldLimit } from './evidence-book.ts'
import { Gatherer } from './gatherer.ts'
import { Liar } from './liar.ts'
import { Links } from './links.ts'
import { Listener } from './listener.ts'
import type { NodeOptions, NodePorts } from './node-options.ts'
import { OutgoingPulls } from './outgoing-pulls.ts'
import { type OnAdmission, Performer } from './performer.ts'
import type {
  Admission,
  Evidence,
  NodeControl,
  NodeIndex,
  NodeStatus,
  SubmittedTransaction,
} from './ports.ts'
import { forgetVotes, recover } from './recovery.ts'
import { Speaker } from './speaker.ts'
import { Standing } from './standing.ts'
import { Succession } from './succession.ts'
import { type Seen, Tallies } from './tallies.ts'
import { VertexServer } from './vertex-server.ts'

export type { NodeOptions, NodePorts } from './node-options.ts'

/** How exactly the core's patience is kept: waking hundreds of processes more often would be a tenth of a core. */
const ticksPerPatience = 2
/** A vertex is final long before this many issue intervals; asking earlier would only add to the work of a slow machine. */
const intervalsPerPatience = 4
const patienceMsMin = 1000
/** Decisions that take more patiences than this tell a node to admit less. */
const admissionPatiences = 2
const full = {
  code: 'full',
  message: 'this node admits no more until earlier ones are decided: try again or elsewhere',
}
/** So many patiences without any progress, and the next collectors take over. */
const takeoverPatiences = 15
/** In a full mesh a vote that is missing is asked for from those who have not voted alone, and so every so often, milliseconds. */
const meshPauseMs = 8000
/** Votes that only some are to hear go to each of these in one frame for so long, milliseconds. */
const lieIntervalMs = 50

/**
 * The driver loop around the consensus core: frames (listener.ts), timers and client calls become inputs, and effects
 * store writes, frames and answers (performer.ts, speaker.ts). Whatever an effect says goes out only after the store has what it rests on.
 */
export class Node implements NodeControl {
  readonly #options: NodeOptions
  readonly #ports: NodePorts
  readonly #replica: Replica
  readonly #committer: Committer
  readonly #backlog: Backlog
  readonly #collector: Collector
  readonly #gatherer: Gatherer
  readonly #links: Links
  readonly #succession: Succession
  readonly #conduct: Conduct
  readonly #liar: Liar
  readonly #evidence: EvidenceBook | undefined
  readonly #tallies: Tallies | undefined
  readonly #decisions: DecisionLog
  readonly #peers = new Set<NodeIndex>()
  readonly #standing: Standing
  readonly #speaker: Speaker
  readonly #performer: Performer
  readonly #listener: Listener
  readonly #tickMs: number
  #tick: { readonly dueMs: number; readonly cancel: () => void } | undefined
  #stopped = false

  constructor(options: NodeOptions, ports: NodePorts) {
    this.#options = options
    this.#ports = ports
    const { n, rule, index, issueIntervalMs } = options
    const patienceMs = Math.max(patienceMsMin, intervalsPerPatience * issueIntervalMs)
    this.#tickMs = Math.min(
      patienceMs / ticksPerPatience,
      rule?.rule === 'sampled' ? rule.pollIntervalMs : patienceMs,
    )
    this.#replica = createReplica(options, patienceMs)
    this.#conduct = new Conduct({ self: index, n }, ports)
    const areVotesFinal = rule === undefined || (rule.rule === 'census' && rule.beta === 1)
    this.#evidence = options.evidence && new EvidenceBook(n, { areVotesFinal })
    this.#tallies =
      this.#evidence && createTallies(this.#replica, this.#evidence, { n, since: ports.clock.wallMs() })
    this.#committer = new Committer(ports.store, ports.onFatal)
    this.#decisions = new DecisionLog(ports.store)
    this.#backlog = new Backlog({ nodes: n, targetMs: admissionPatiences * patienceMs })
    this.#links = new Links({ ...ports, peers: this.#peers })
    const takeoverMs = takeoverPatiences * patienceMs
    this.#succession = new Succession(
      { ...options, self: index, takeoverMs, unlinked: options.strangers ?? [] },
      this.#peers,
    )
    const common = {
      ...{ ...ports, replica: this.#replica, committer: this.#committer, links: this.#links },
      ...{ conduct: this.#conduct, evidence: this.#evidence, decisions: this.#decisions, peers: this.#peers },
      ...{ tallies: this.#tallies, succession: this.#succession },
      isOpen: (id: VertexId) => this.#replica.isOpen(id),
      certifies: () => this.#conduct.certifies,
      step: (input: Input) => this.#step(input),
    }
    const pulls = new OutgoingPulls(this.#peers, (peer, pull) => {
      ports.metrics.add('pulls_sent')
      this.#tallies?.asked(peer)
      this.#links.send(peer, { pull })
    })
    const server = new VertexServer(ports.store, (to, pulled) => {
      if (this.#stopped) return
      ports.metrics.add('vertices_served', pulled.length)
      this.#links.send(to, { pulled })
    })
    this.#collector = new Collector(options, common)
    this.#gatherer = new Gatherer(options, {
      ...{ ...common, collector: this.#collector },
      answer: (from, ids) => this.#step({ kind: 'wants', nowMs: this.#nowMs(), from, ids }),
    })
    const parts = { ...common, collector: this.#collector, gatherer: this.#gatherer, pulls, server }
    this.#standing = new Standing(options, ports.clock.wallMs(), parts)
    this.#speaker = new Speaker(options, parts)
    const speaker = this.#speaker
    this.#liar = new Liar({ self: index, intervalMs: lieIntervalMs }, { ...parts, speaker }, acts =>
      this.#performer.do(acts),
    )
    this.#performer = new Performer(options, { ...parts, backlog: this.#backlog, speaker, liar: this.#liar })
    this.#listener = new Listener(options, { ...parts, standing: this.#standing })
  }

  /** Reads the store back, then listens and dials. */
  async start(): Promise<void> {
    this.#conduct.behave(this.#options.behaviour)
    if (this.#conduct.forgets) await forgetVotes(this.#ports.store)
    const recovered = await recover(this.#replica, this.#options, this.#ports)
    this.#standing.recovered(recovered)
    this.#performer.restored(recovered.queued)
    this.#decisions.restored(this.#replica.counters.decisions)
    await this.#ports.transport.start(this.#succession.neighbours, {
      onFrame: (from, frame) => this.#listener.receive(from, frame),
      onPeer: (peer, state) => {
        if (state === 'disconnected') this.#disconnected(peer)
        else this.#connected(peer)
      },
      onGarbage: () => this.#ports.metrics.add('garbage'),
    })
    this.#speaker.armHeartbeat()
    this.#armTick()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#tick?.cancel()
    this.#speaker.stop()
    this.#performer.stop()
    this.#liar.stop()
    this.#collector.stop()
    this.#gatherer.stop()
    await this.#ports.transport.stop()
    await this.#committer.drain()
    await this.#ports.store.close()
  }

  health(): ReturnType<NodeControl['health']> {
    return this.#standing.health()
  }

  get isFull(): boolean {
    return this.#backlog.room(this.#nowMs()) === 0
  }

  async submit(submitted: readonly SubmittedTransaction[]): Promise<Admission | 'full'> {
    const { crypto, metrics } = this.#ports
    // What there is no room for is refused before it costs anything.
    const room = this.#backlog.room(this.#nowMs())
    if (room === 0) return 'full'
    const refused: { index: number; code: string; message: string }[] = []
    const transactions: Transaction[] = []
    const indexes: number[] = []
    submitted.forEach((each, index) => {
      const examined = index < room ? examine(each, crypto) : full
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
    return this.#standing.status(this.#links.sent)
  }

  /** What peers were caught at; undefined when nothing is recorded. */
  evidence(): Evidence | undefined {
    if (!this.#evidence) return undefined
    const undecided = this.#replica.undecided(toldLimit).map(({ id, transactions }) => ({
      vertex: id,
      transactions: transactions.map(transaction => transaction.id),
    }))
    return { ...this.#evidence.read(), undecided }
  }

  caught(): readonly Caught[] {
    return this.#evidence?.caught ?? []
  }

  /** What was counted of each peer, see tallies.ts. */
  seen(ageMs: number): Seen | undefined {
    return this.#tallies?.read(this.#nowMs(), ageMs)
  }

  #admit(
    transactions: readonly Transaction[],
  ): Promise<{ admitted: number; refused: Parameters<OnAdmission>[1] }> {
    if (transactions.length === 0) return Promise.resolve({ admitted: 0, refused: [] })
    return new Promise(resolve => {
      this.#step({ kind: 'submit', nowMs: this.#nowMs(), transactions }, (admitted, refused) =>
        resolve({ admitted, refused }),
      )
    })
  }

  #step(input: Input, onAdmission?: OnAdmission): void {
    if (this.#stopped) return
    const effects = this.#replica.step(input)
    this.#performer.do(this.#conduct.acts(input, effects), onAdmission)
    this.#armTick()
  }

  #connected(peer: NodeIndex): void {
    this.#peers.add(peer)
    this.#listener.connected(peer)
    this.#speaker.greet(peer)
    this.#step({ kind: 'ask-anew', nowMs: this.#nowMs(), asked: 'none' })
  }

  #disconnected(peer: NodeIndex): void {
    this.#peers.delete(peer)
    this.#step({ kind: 'ask-anew', nowMs: this.#nowMs(), asked: peer })
  }

  /** Wakes the core when it has something to issue, and every so often as long as anything waits for others. */
  #armTick(): void {
    const { busy } = this.#replica.load
    if (this.#stopped || !busy) return
    const nowMs = this.#nowMs()
    const dueMs = Math.min(
      nowMs + this.#tickMs,
      Math.max(nowMs, this.#replica.issueDueMs ?? Number.POSITIVE_INFINITY),
    )
    if (this.#tick && this.#tick.dueMs <= dueMs) return
    this.#tick?.cancel()
    const cancel = this.#ports.clock.after(dueMs - nowMs, () => {
      this.#tick = undefined
      this.#step({ kind: 'tick', nowMs: this.#nowMs() })
      this.#review()
    })
    this.#tick = { dueMs, cancel }
  }

  /** Turns to other collectors when nothing moves, or becomes one. */
  #review(): void {
    const nowMs = this.#nowMs()
    const change = this.#succession.review(this.#replica.waitingSinceMs, nowMs)
    if (change === undefined) return
    if (change === 'more') this.#ports.metrics.add('takeovers')
    this.#ports.transport.reach(this.#succession.neighbours)
    this.#step({ kind: 'ask-anew', nowMs, asked: 'any' })
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs()
  }
}

function createReplica(options: NodeOptions, patienceMs: number): Replica {
  const { index, n, f, alpha, rule, collectors, issueIntervalMs } = options
  return new Replica({
    index,
    parameters: verifyCensus({ n, f, alpha }),
    ...(rule ? { rule } : {}),
    ...{ patienceMs, issueIntervalMs },
    // In a full mesh new links bring the votes that a cut held back, so that asking need not be quick.
    longestPauseMs: collectors === n ? Math.max(2 * patienceMs, meshPauseMs) : 4 * patienceMs,
  })
}

function createTallies(
  replica: Replica,
  evidence: EvidenceBook,
  options: { readonly n: number; readonly since: number },
): Tallies {
  return new Tallies(options, {
    knows: vertex => replica.knows(vertex),
    isContested: vertex => evidence.isContested(vertex),
    accepted: () => replica.accepted.accepted,
  })
}
