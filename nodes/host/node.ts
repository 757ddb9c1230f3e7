import type { Input } from '../consensus/input.ts'
import { verifyCensus } from '../consensus/parameters.ts'
import { Replica } from '../consensus/replica.ts'
import type { Transaction } from '../consensus/types.ts'
import { encodeFrame } from '../wire/frame.ts'
import { examine } from './admission.ts'
import { Committer } from './committer.ts'
import { type Assigned, Conduct } from './conduct.ts'
import { DecisionLog } from './decision-log.ts'
import { type Caught, EvidenceBook, toldLimit } from './evidence-book.ts'
import { Lattice } from './lattice.ts'
import { Liar } from './liar.ts'
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
import { Router } from './router.ts'
import { Speaker } from './speaker.ts'
import { Standing } from './standing.ts'
import { type Seen, Tallies } from './tallies.ts'
import { VertexServer } from './vertex-server.ts'

export type { NodeOptions, NodePorts } from './node-options.ts'

/** How exactly the core's patience is kept: waking hundreds of processes more often would be a tenth of a core. */
const ticksPerPatience = 4
/** In a full mesh a vote that is missing is asked for from those who have not voted alone, and so every so often, milliseconds. */
const meshPauseMs = 8000
/** Least time between two vertices of one node. */
const issueIntervalMs = 20

/**
 * The driver loop around the consensus core: frames (listener.ts), timers and client calls become inputs, and effects
 * store writes, frames and answers (performer.ts, speaker.ts). Whatever an effect says goes out only after the store has what it rests on.
 */
export class Node implements NodeControl {
  readonly #options: NodeOptions
  readonly #ports: NodePorts
  readonly #replica: Replica
  readonly #committer: Committer
  readonly #router: Router
  readonly #conduct: Conduct
  readonly #liar: Liar
  readonly #evidence: EvidenceBook | undefined
  readonly #tallies: Tallies | undefined
  readonly #decisions: DecisionLog
  readonly #neighbours: readonly NodeIndex[]
  readonly #peers = new Set<NodeIndex>()
  readonly #standing: Standing
  readonly #speaker: Speaker
  readonly #performer: Performer
  readonly #listener: Listener
  readonly #tickMs: number
  #cancelTick: (() => void) | undefined
  #stopped = false

  constructor(options: NodeOptions, ports: NodePorts) {
    this.#options = options
    this.#ports = ports
    const { n, rule, index, voteIntervalMs, voteDimensions } = options
    const patienceMs = Math.max(1000, voteIntervalMs)
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
    const lattice = new Lattice(n, voteDimensions)
    const linked = options.fullMesh ? everyoneBut(index, n) : lattice.neighbours(index)
    this.#neighbours = linked.filter(node => !options.strangers?.includes(node))
    this.#router = new Router(
      { self: index, lattice, relayIntervalMs: Math.ceil(voteIntervalMs / 8) },
      { ...ports, peers: this.#peers, relays: () => this.#conduct.relays },
      (origins, content) => this.#listener.take(origins, content),
    )
    const pulls = new OutgoingPulls(this.#peers, (peer, pull) => {
      ports.metrics.add('pulls_sent')
      this.#tallies?.asked(peer)
      ports.transport.send(peer, encodeFrame({ pull }))
    })
    const server = new VertexServer(ports.store, (to, pulled) => {
      if (this.#stopped) return
      ports.metrics.add('vertices_served', pulled.length)
      ports.transport.send(to, encodeFrame({ pulled }))
    })
    const parts = {
      ...{
        ...ports,
        replica: this.#replica,
        committer: this.#committer,
        router: this.#router,
        pulls,
        server,
      },
      ...{ conduct: this.#conduct, evidence: this.#evidence, decisions: this.#decisions, peers: this.#peers },
      tallies: this.#tallies,
      step: (input: Input) => this.#step(input),
    }
    this.#standing = new Standing(options, ports.clock.wallMs(), { ...parts, neighbours: this.#neighbours })
    this.#speaker = new Speaker(options, { ...parts, standing: this.#standing })
    this.#liar = new Liar({ intervalMs: voteIntervalMs }, parts, acts => this.#performer.do(acts))
    this.#performer = new Performer(options, { ...parts, speaker: this.#speaker, liar: this.#liar })
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
    await this.#ports.transport.start(this.#neighbours, {
      onFrame: (from, frame) => this.#listener.receive(from, frame),
      onPeer: (peer, state) => {
        if (state === 'disconnected') this.#peers.delete(peer)
        else {
          this.#peers.add(peer)
          this.#listener.connected(peer)
          this.#speaker.greet(peer)
        }
      },
      onGarbage: () => this.#ports.metrics.add('garbage'),
    })
    this.#speaker.armHeartbeat()
    this.#armTick()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTick?.()
    this.#speaker.stop()
    this.#performer.stop()
    this.#liar.stop()
    this.#router.stop()
    await this.#ports.transport.stop()
    await this.#committer.drain()
    await this.#ports.store.close()
  }

  health(): ReturnType<NodeControl['health']> {
    return this.#standing.health()
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
    return this.#standing.status(this.#router.sent)
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

function createReplica({ index, n, f, alpha, rule, fullMesh }: NodeOptions, patienceMs: number): Replica {
  return new Replica({
    index,
    parameters: verifyCensus({ n, f, alpha }),
    ...(rule ? { rule } : {}),
    patienceMs,
    // In a full mesh new links bring the votes that a cut held back, so that asking need not be quick.
    longestPauseMs: fullMesh ? Math.max(2 * patienceMs, meshPauseMs) : 4 * patienceMs,
    issueIntervalMs,
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

function everyoneBut(index: NodeIndex, n: number): NodeIndex[] {
  return Array.from({ length: n }, (_, node) => node).filter(node => node !== index)
}
