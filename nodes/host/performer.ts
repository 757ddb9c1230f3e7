import type { Act } from '../byzantine/act.ts'
import type { Effect } from '../consensus/effect.ts'
import type { Input } from '../consensus/input.ts'
import type { Replica } from '../consensus/replica.ts'
import type { NodeIndex, Transaction, Vote } from '../consensus/types.ts'
import { encodeVote } from '../wire/frame.ts'
import { type EncodedVertex, encodeBody, encodeVertex } from '../wire/vertex.ts'
import { encodeQueued } from './admission.ts'
import type { Backlog } from './backlog.ts'
import type { Committer } from './committer.ts'
import type { DecisionLog } from './decision-log.ts'
import type { EvidenceBook } from './evidence-book.ts'
import type { Liar } from './liar.ts'
import type { Links } from './links.ts'
import type { NodePorts } from './node-options.ts'
import type { OutgoingPulls } from './outgoing-pulls.ts'
import type { StoreOperation } from './ports.ts'
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
import type { Speaker } from './speaker.ts'
import type { Tallies } from './tallies.ts'
import { encodeOrder } from './vertex-server.ts'

/** Told what became of a submission once it is in the store. */
export type OnAdmission = (
  admitted: number,
  refused: Extract<Effect, { kind: 'admission' }>['refused'],
) => void

interface PerformerPorts extends Pick<NodePorts, 'clock' | 'crypto' | 'metrics'> {
  readonly backlog: Backlog
  readonly committer: Committer
  readonly decisions: DecisionLog
  readonly evidence: EvidenceBook | undefined
  readonly liar: Liar
  readonly pulls: OutgoingPulls
  readonly replica: Replica
  readonly links: Links
  readonly speaker: Speaker
  readonly tallies: Tallies | undefined
  step(input: Input): void
}

/** Does what the core, or a behaviour in its place, asks for: what it rests on is written first, then it is said. */
export class Performer {
  readonly #index: NodeIndex
  readonly #ports: PerformerPorts
  readonly #queued = new Set<string>()
  #stopped = false

  constructor({ index }: { readonly index: NodeIndex }, ports: PerformerPorts) {
    this.#index = index
    this.#ports = ports
  }

  /** Transactions that the store has as admitted and in no vertex yet. */
  restored(queued: readonly string[]): void {
    for (const id of queued) this.#queued.add(id)
  }

  do(acts: readonly Act[], onAdmission?: OnAdmission): void {
    if (this.#stopped) return
    const { replica, committer } = this.#ports
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
      const summary: Summary = { decisions: replica.counters.decisions, ...replica.accepted }
      operations.push({ kind: 'put', key: summaryKey, value: encodeJson(summary) })
    }
    if (operations.length + after.length > 0) committer.add(operations, after)
  }

  stop(): void {
    this.#stopped = true
  }

  /** Adds what an effect writes to `operations`, and what may happen only afterwards to `after`. */
  #perform(
    effect: Exclude<Act, { kind: 'admission' }>,
    operations: StoreOperation[],
    after: (() => void)[],
  ): void {
    const { clock, metrics, liar, links, pulls, speaker } = this.#ports
    switch (effect.kind) {
      case 'forward':
        after.push(() => speaker.forward(effect))
        return
      case 'issue':
        after.push(() => this.#issue(effect.body))
        return
      case 'vote':
        this.#noteVote(effect.vertex as EncodedVertex, effect.vote, effect.order, operations)
        after.push(() => speaker.vote(effect.vertex, effect.vote))
        return
      case 'revote': {
        const { vertex, vote } = effect
        operations.push({ kind: 'put', key: prefixes.votes + vertex.id, value: encodeVote(vote) })
        after.push(() => speaker.vote(vertex, vote))
        return
      }
      case 'query': {
        const { to, poll, ids } = effect
        metrics.add('queries_sent')
        after.push(() => links.tell(to, { votes: [], query: { poll, ids }, vertices: [] }))
        return
      }
      case 'chits': {
        const { to, poll, votes } = effect
        after.push(() => links.tell(to, { votes: [], chits: { poll, votes }, vertices: [] }))
        return
      }
      case 'push':
        after.push(() => speaker.push(effect.vertex as EncodedVertex))
        return
      case 'answer':
        after.push(() => speaker.answer(effect))
        return
      case 'pull':
        pulls.add(effect)
        return
      case 'stretch':
        pulls.stretch(effect.from, effect)
        return
      case 'want':
        metrics.add('wants_sent', effect.wants.length)
        speaker.want(effect.wants)
        return
      case 'decide': {
        const { sequence, outcome, transaction } = effect
        const { id, owner, nonce } = transaction
        const atMs = clock.wallMs()
        const value = encodeDecision({ id, owner, nonce, outcome, atMs })
        operations.push({ kind: 'put', key: decisionKey(sequence), value })
        this.#unqueue(id, operations)
        after.push(() => this.#announce(sequence, id, outcome, atMs))
        return
      }
      case 'keep': {
        const { vertex, vote, order } = effect.of
        this.#noteVote(vertex as EncodedVertex, vote, order, operations)
        return
      }
      case 'tell':
        if (effect.to) after.push(() => liar.tell({ ...effect, to: effect.to! }))
        else after.push(() => speaker.cast(effect.vote, effect.issuer))
        return
      default:
        after.push(() => liar.perform(effect))
    }
  }

  #noteAdmitted(admitted: readonly Transaction[], operations: StoreOperation[]): void {
    const nowMs = this.#ports.clock.nowMs()
    for (const transaction of admitted) {
      this.#queued.add(transaction.id)
      this.#ports.backlog.admitted(transaction.id, nowMs)
      operations.push({ kind: 'put', key: prefixes.queue + transaction.id, value: encodeQueued(transaction) })
    }
  }

  #noteVote(vertex: EncodedVertex, vote: Vote, order: number, operations: StoreOperation[]): void {
    this.#ports.evidence?.votes([this.#index], [vote])
    const record = encodeVertexRecord(vote.exceptions, vertex.bytes)
    operations.push({ kind: 'put', key: orderKey(order), value: record })
    operations.push({ kind: 'put', key: prefixes.orders + vertex.id, value: encodeOrder(order) })
    for (const { id } of vertex.transactions) this.#unqueue(id, operations)
  }

  /** It is in a vertex now, or decided without one of its own. */
  #unqueue(id: string, operations: StoreOperation[]): void {
    if (this.#queued.delete(id)) operations.push({ kind: 'delete', key: prefixes.queue + id })
  }

  #issue(body: Extract<Effect, { kind: 'issue' }>['body']): void {
    const { clock, crypto, metrics, evidence, tallies, step } = this.#ports
    const stamped = { ...body, timestampMs: clock.wallMs() }
    const encoded = encodeBody(stamped)
    const bytes = encodeVertex(encoded, crypto.signVertex(encoded))
    const vertex: EncodedVertex = { ...stamped, id: crypto.sha256Hex(encoded), bytes }
    metrics.add('vertices_issued')
    const nowMs = clock.nowMs()
    evidence?.vertex(vertex)
    tallies?.vertex(vertex, nowMs)
    step({ kind: 'issued', nowMs, vertex })
  }

  #announce(sequence: number, transaction: string, outcome: 'accepted' | 'rejected', atMs: number): void {
    const { backlog, clock, metrics, decisions } = this.#ports
    metrics.add(outcome === 'accepted' ? 'transactions_accepted' : 'transactions_rejected')
    const tookMs = backlog.decided(transaction, clock.nowMs())
    if (tookMs !== undefined) metrics.observeFinality(tookMs / 1000)
    decisions.append({ sequence, transaction, outcome, atMs })
  }
}
