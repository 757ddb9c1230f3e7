import { AnswerTime } from './answer-time.ts'
import { CensusRule } from './census-rule.ts'
import { admit } from './choice.ts'
import { Dag } from './dag.ts'
import { EarlyVotes } from './early-votes.ts'
import type { Effect } from './effect.ts'
import type { Gossip, Input } from './input.ts'
import { Ledger } from './ledger.ts'
import { Missing } from './missing.ts'
import type { CensusParameters, SnowParameters } from './parameters.ts'
import type { Rule, Step } from './rule.ts'
import { SampledRule } from './sampled-rule.ts'
import {
  maxParents,
  type NodeIndex,
  type Outcome,
  type Transaction,
  type Vertex,
  type VertexId,
  type Vote,
} from './types.ts'

export interface ReplicaOptions {
  readonly index: NodeIndex
  readonly parameters: CensusParameters
  /** What decides; left out, the census rule with sticky votes. */
  readonly rule?: RuleOptions
  /** How long a census normally takes; asking again starts after a few of these. Milliseconds. */
  readonly patienceMs: number
  /** Longest pause between two requests for the same votes, milliseconds. */
  readonly longestPauseMs: number
  /** Least time between two vertices of this node, so that small submissions share one. Milliseconds. */
  readonly issueIntervalMs: number
}

export type RuleOptions =
  /** beta 1: sticky votes; 2: lock votes. */
  | { readonly rule: 'census'; readonly beta: 1 | 2 }
  | {
      readonly rule: 'sampled'
      readonly parameters: SnowParameters
      /** Least time between the beginnings of two polls, milliseconds. */
      readonly pollIntervalMs: number
      /** Uniform in [0, 1), of a seed of this node's own: whom its polls ask. */
      readonly random: () => number
    }

/** Own unanswered vertices beyond which no new one is issued: transactions then queue, and admission ends. */
const outstandingLimit = 16
/** Unanswered vertices of one issuer beyond which further ones are not looked at: a flood spends only its own share. */
const unansweredPerIssuerLimit = 512
/** Vertices in one request for votes, or told of over a new link. */
const idsPerMessage = 512
const tipsPerGossip = 8

/**
 * Consensus on a DAG, sans-IO: `step` takes one input and returns what is to be done, in order.
 *
 * A vertex is voted on once all its parents have been: yes to each transaction unless another member of its conflict set has this
 * node's vote already. What the votes come to is the rule's (census-rule.ts, sampled-rule.ts). Nothing here reads a clock, draws a
 * random number or touches the world, so the same object runs in a container and in a simulator.
 */
export class Replica {
  readonly #options: ReplicaOptions
  readonly #dag = new Dag()
  readonly #ledger = new Ledger()
  readonly #early: EarlyVotes
  readonly #missing: Missing
  readonly #rule: Rule
  #sequence = 0
  #order = 0
  #lastIssueMs = Number.NEGATIVE_INFINITY
  #issuing = false

  constructor(options: ReplicaOptions) {
    this.#options = options
    const { patienceMs, parameters } = options
    const answerTime = new AnswerTime({ leastMs: 2 * patienceMs, mostMs: 16 * patienceMs })
    const parts = { dag: this.#dag, ledger: this.#ledger, early: new EarlyVotes(parameters.n), answerTime }
    this.#early = parts.early
    this.#missing = new Missing(patienceMs, parts)
    const { rule = { rule: 'census', beta: 1 } } = options
    this.#rule =
      rule.rule === 'census'
        ? new CensusRule({ ...options, beta: rule.beta }, parts)
        : new SampledRule({ ...rule, index: options.index, n: parameters.n, patienceMs }, parts)
  }

  /** Number of accepted transactions and the order-independent digest of their set. */
  get accepted(): { readonly accepted: number; readonly digest: string } {
    return this.#ledger.accepted
  }

  /** Vertices whose transactions are not all decided, transactions that wait to be issued, and whether a tick has anything to do. */
  get load(): { readonly processing: number; readonly queued: number; readonly busy: boolean } {
    const { processing } = this.#rule
    const queued = this.#ledger.choices.mempool.size
    return { processing, queued, busy: processing + queued + this.#missing.size > 0 }
  }

  /** Vertices voted on and decisions made so far: the next order and the next decision's sequence. */
  get counters(): { readonly vertices: number; readonly decisions: number } {
    return { vertices: this.#order, decisions: this.#ledger.decisions }
  }

  /** Vertices known to be missing: while there are any, this node is catching up. */
  get missing(): number {
    return this.#missing.size
  }

  /** Whether a vertex has been voted on here or waits for its parents. */
  knows(id: VertexId): boolean {
    return this.#dag.has(id) || this.#dag.isOrphan(id)
  }

  /** What a peer is told over a new link beside the gossip: own votes on all that is open, which it may have missed. */
  openVotes(): Vote[] {
    return this.#rule.openVotes(idsPerMessage)
  }

  /** Vertices with something undecided in them, the oldest ones, at most `limit`. */
  undecided(limit: number): Vertex[] {
    return this.#rule.undecided(limit)
  }

  /** What neighbours are told now and then. */
  gossip(): Gossip {
    return { tips: this.#dag.tips(tipsPerGossip), ...this.accepted }
  }

  step(input: Input): Effect[] {
    const effects: Effect[] = []
    const step = { nowMs: input.nowMs, effects }
    switch (input.kind) {
      case 'submit':
        effects.push({ kind: 'admission', ...admit(input.transactions, this.#ledger.choices) })
        break
      case 'issued':
        this.#issuing = false
        this.#process(input.vertex, step)
        effects.push({ kind: 'push', vertex: input.vertex })
        break
      case 'vertex':
        this.#receive(input.vertex, input.from, step)
        break
      case 'pulled':
        this.#missing.pullOn(input, effects)
        break
      case 'votes':
        for (const vote of input.votes) this.#count(vote, input.from, step)
        break
      case 'wants':
        this.#serveVotes(input.ids.slice(0, idsPerMessage), input.from, step)
        break
      case 'query': {
        const votes = this.#ownVotes(input.ids.slice(0, idsPerMessage), input.from, step)
        effects.push({ kind: 'chits', to: input.from, poll: input.poll, votes })
        break
      }
      case 'chits':
        this.#rule.takeChits(input, step)
        break
      case 'gossip':
        this.#missing.hear(input, this.accepted.accepted, effects)
        break
      case 'tick':
        this.#missing.askAgain(input.nowMs, effects)
        this.#rule.tick(step)
        break
      default:
        input satisfies never
    }
    this.#issue(step)
    return effects
  }

  /** Puts back one vertex of the store with this node's last vote on it, in the order of the votes, after all decisions and the queue. */
  restoreVertex(vertex: Vertex, vote: Vote, nowMs: number): void {
    this.#dag.add(vertex, vote.exceptions)
    this.#order += 1
    if (vertex.issuer === this.#options.index) this.#sequence = Math.max(this.#sequence, vertex.sequence + 1)
    this.#rule.open(vertex, vote, this.#early.take(vertex.id), { nowMs, effects: [] })
  }

  /** Puts back one decision of the store, in its order. */
  restoreDecision(transaction: Pick<Transaction, 'id' | 'key'>, outcome: Outcome): void {
    this.#ledger.restore(transaction, outcome)
  }

  /** Puts back an admitted transaction that had not been issued yet. */
  restoreQueued(transaction: Transaction): void {
    const { spent, mempool } = this.#ledger.choices
    if (spent.accepted(transaction) === undefined) mempool.add(transaction)
  }

  #issue({ nowMs, effects }: Step): void {
    const { index, issueIntervalMs } = this.#options
    if (this.#issuing || this.#ledger.choices.mempool.size === 0) return
    if (nowMs - this.#lastIssueMs < issueIntervalMs || this.#rule.unansweredOf(index) >= outstandingLimit)
      return
    const transactions = this.#ledger.queued()
    this.#issuing = true
    this.#lastIssueMs = nowMs
    const parents = this.#virtuousFrontier()
    effects.push({
      kind: 'issue',
      body: { issuer: index, sequence: this.#sequence, parents, transactions, timestampMs: nowMs },
    })
  }

  /** Tips that are decided or have no known conflict: nothing is built on a contested vertex. */
  #virtuousFrontier(): VertexId[] {
    const parents: VertexId[] = []
    for (const tip of this.#dag.oldestTips()) {
      const pending = this.#rule.pending(tip)
      const virtuous = pending?.vertex.transactions.every(transaction => {
        const set = this.#ledger.choices.sets.of(transaction)
        return set === undefined || set.members.size === 1
      })
      if (virtuous === false) {
        if (pending?.answered) this.#dag.retire(tip)
        continue
      }
      parents.push(tip)
      if (parents.length === maxParents) break
    }
    return parents
  }

  #receive(vertex: Vertex, from: NodeIndex, step: Step): void {
    if (this.knows(vertex.id)) return
    if (this.#rule.unansweredOf(vertex.issuer) >= unansweredPerIssuerLimit) return
    const lacking = this.#dag.missingParents(vertex)
    if (lacking.length === 0) this.#process(vertex, step)
    else this.#missing.keep(vertex, lacking, { from, ...step })
  }

  /** Votes on a vertex whose parents are known, then on the orphans it frees. */
  #process(first: Vertex, step: Step): void {
    const ready = [first]
    for (let vertex = ready.pop(); vertex; vertex = ready.pop()) {
      if (this.#dag.has(vertex.id)) continue
      const vote = this.#rule.firstVote(vertex, this.#ledger.exceptionsOn(vertex))
      this.#dag.add(vertex, vote.exceptions)
      this.#missing.delete(vertex.id)
      if (vertex.issuer === this.#options.index) {
        this.#sequence = Math.max(this.#sequence, vertex.sequence + 1)
      }
      step.effects.push({ kind: 'vote', vertex, vote, order: this.#order })
      this.#order += 1
      this.#rule.open(vertex, vote, this.#early.take(vertex.id), step)
      for (const orphan of this.#dag.adopt(vertex.id)) ready.push(orphan.vertex)
    }
  }

  #count(vote: Vote, voters: readonly NodeIndex[], step: Step): void {
    if (this.#dag.has(vote.vertex)) {
      this.#rule.count(vote, voters, step)
      return
    }
    const kept = voters.filter(from => this.#early.keep(vote, from))
    if (kept.length > 0) this.#missing.expect(vote.vertex, kept[0]!, step.nowMs)
  }

  #serveVotes(ids: readonly VertexId[], from: NodeIndex, step: Step): void {
    const votes = this.#ownVotes(ids, from, step)
    if (votes.length > 0) step.effects.push({ kind: 'answer', to: from, votes })
  }

  /** Somebody lacks votes. What is not known here was not voted on for that reason: it is on its way, or lost. */
  #ownVotes(ids: readonly VertexId[], from: NodeIndex, { nowMs }: Step): Vote[] {
    const votes: Vote[] = []
    for (const id of ids) {
      const vote = this.#rule.ownVote(id)
      if (vote) votes.push(vote)
      else this.#missing.expect(id, from, nowMs)
    }
    return votes
  }
}
