import { AnswerTime } from './answer-time.ts'
import { CensusRule } from './census-rule.ts'
import { admit, entrust } from './choice.ts'
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
  maxTransactionsPerVertex,
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
  /** How long transactions wait for others to share a vertex with, and the least time between two vertices of this node. Milliseconds. */
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

/**
 * Own unanswered vertices beyond which no new one is issued. Transactions then wait and share fuller vertices: that is what keeps
 * throughput up when a network is offered more than it can carry.
 */
const outstandingLimit = 2
/** A forwarded transaction is in a vertex long before this many patiences, whatever else its issuer issues; then the next one is asked. */
const forwardPatiences = { first: 4, longest: 16 } as const
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
  readonly #ledger: Ledger
  readonly #early: EarlyVotes
  readonly #missing: Missing
  readonly #answerTime: AnswerTime
  readonly #rule: Rule
  /** When the newest vertex of each issuer came, milliseconds. */
  readonly #issuedMs = new Map<NodeIndex, number>()
  #sequence = 0
  #order = 0
  /** When what is to be issued may go, milliseconds; undefined while there is nothing. */
  #issueDueMs: number | undefined
  #lastIssueMs = Number.NEGATIVE_INFINITY
  #lastParents: readonly VertexId[] = []
  #progressMs = Number.NEGATIVE_INFINITY
  #issuing = false

  constructor(options: ReplicaOptions) {
    this.#options = options
    const { patienceMs, parameters } = options
    this.#ledger = new Ledger({
      firstMs: forwardPatiences.first * patienceMs,
      longestMs: forwardPatiences.longest * patienceMs,
    })
    this.#answerTime = new AnswerTime({ leastMs: 2 * patienceMs, mostMs: 16 * patienceMs })
    this.#early = new EarlyVotes(parameters.n)
    const parts = { dag: this.#dag, ledger: this.#ledger, early: this.#early, answerTime: this.#answerTime }
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

  /** When this node will next issue what it was entrusted with, if nothing else happens, milliseconds; undefined: not by the clock. */
  get issueDueMs(): number | undefined {
    return this.#isHeldBack ? undefined : this.#issueDueMs
  }

  /**
   * Since when the oldest waiting transaction of a client of this node, or the oldest vertex that too few nodes have answered, is as it
   * is, milliseconds; undefined when there is neither.
   */
  get waitingSinceMs(): number | undefined {
    const { mempool, sets } = this.#ledger.choices
    const oldestMs = Math.min(
      mempool.oldestOwnMs(transaction => sets.of(transaction) !== undefined) ?? Number.POSITIVE_INFINITY,
      this.#rule.oldestUnansweredMs ?? Number.POSITIVE_INFINITY,
    )
    return Number.isFinite(oldestMs) ? oldestMs : undefined
  }

  /** Vertices voted on and decisions made so far: the next order and the next decision's sequence. */
  get counters(): { readonly vertices: number; readonly decisions: number } {
    return { vertices: this.#order, decisions: this.#ledger.decisions }
  }

  /** Whether something in a vertex is undecided here. */
  isOpen(id: VertexId): boolean {
    return this.#rule.pending(id) !== undefined
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

  /** This issuer was asked for what a `forward` effect said. */
  handed(transactions: readonly Transaction[], to: NodeIndex): void {
    this.#ledger.choices.mempool.handed(transactions, to)
  }

  step(input: Input): Effect[] {
    const effects: Effect[] = []
    const step = { nowMs: input.nowMs, wallMs: wallOf(input), effects }
    switch (input.kind) {
      case 'submit':
        effects.push({ kind: 'admission', ...admit(input.transactions, this.#ledger.choices, input.nowMs) })
        break
      case 'entrusted':
        entrust(input.transactions, this.#ledger.choices, input.nowMs)
        break
      case 'ask-anew':
        this.#ledger.choices.mempool.forwardAnew(input.asked, input.nowMs)
        break
      case 'issued':
        this.#issuing = false
        this.#issuedMs.set(this.#options.index, input.nowMs)
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
        this.#serveVotes(input, step)
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
    if (effects.some(({ kind }) => kind === 'decide')) this.#progressMs = input.nowMs
    this.#forward(step)
    this.#issue(step)
    return effects
  }

  /** Puts back one vertex of the store with this node's last vote on it, in the order of the votes, after all decisions and the queue. */
  restoreVertex(vertex: Vertex, vote: Vote, nowMs: number, wallMs = nowMs): void {
    this.#dag.add(vertex, vote.exceptions)
    this.#order += 1
    if (vertex.issuer === this.#options.index) this.#sequence = Math.max(this.#sequence, vertex.sequence + 1)
    this.#rule.open(vertex, vote, this.#early.take(vertex.id), { nowMs, wallMs, effects: [] })
  }

  /** Puts back one decision of the store, in its order. */
  restoreDecision(transaction: Pick<Transaction, 'id' | 'key'>, outcome: Outcome): void {
    this.#ledger.restore(transaction, outcome)
  }

  /** Puts back an admitted transaction that had not been issued yet. */
  restoreQueued(transaction: Transaction, nowMs: number): void {
    const { spent, mempool } = this.#ledger.choices
    if (spent.accepted(transaction) === undefined) mempool.add(transaction, nowMs)
  }

  /** Asks issuers for what clients of this node have sent. */
  #forward({ nowMs, effects }: Step): void {
    const { mempool } = this.#ledger.choices
    if (!mempool.isForwardDue(nowMs)) return
    // With nothing unanswered there is no stall: what has not come back in a vertex was lost, or its issuer does not issue.
    const progressMs = this.#rule.oldestUnansweredMs === undefined ? nowMs : this.#progressMs
    const { timeoutMs: quietMs } = this.#answerTime
    const issuedMs = (issuer: NodeIndex) => this.#issuedMs.get(issuer)
    while (mempool.isForwardDue(nowMs)) {
      const progress = { nowMs, progressMs, quietMs, issuedMs }
      const { transactions, failed } = mempool.toForward(progress, maxTransactionsPerVertex)
      if (transactions.length > 0) effects.push({ kind: 'forward', transactions, failed })
      if (transactions.length < maxTransactionsPerVertex) return
    }
  }

  #issue({ nowMs, effects }: Step): void {
    const { index, issueIntervalMs } = this.#options
    const { mempool } = this.#ledger.choices
    if (mempool.entrusted === 0) {
      this.#issueDueMs = undefined
      return
    }
    const isFull = mempool.entrusted >= maxTransactionsPerVertex
    this.#issueDueMs ??= Math.max(nowMs, this.#lastIssueMs) + issueIntervalMs
    if (this.#isHeldBack || (nowMs < this.#issueDueMs && !isFull)) return
    const transactions = mempool.toIssue(maxTransactionsPerVertex)
    this.#issuing = true
    this.#issueDueMs = undefined
    this.#lastIssueMs = nowMs
    const parents = this.#decidedFrontier()
    effects.push({
      kind: 'issue',
      body: { issuer: index, sequence: this.#sequence, parents, transactions, timestampMs: nowMs },
    })
  }

  /** A vertex is being signed, or too many wait for answers. */
  get #isHeldBack(): boolean {
    return this.#issuing || this.#rule.unansweredOf(this.#options.index) >= outstandingLimit
  }

  /**
   * Tips that are decided here: alpha nodes have voted on them, so nobody waits for a parent of which only a few have heard, as behind
   * the fork of an equivocator. While nothing new is decided the parents of the vertex before serve again.
   */
  #decidedFrontier(): readonly VertexId[] {
    const parents: VertexId[] = []
    for (const tip of this.#dag.oldestTips()) {
      const pending = this.#rule.pending(tip)
      if (pending) {
        if (pending.answered && this.#isContested(pending.vertex)) this.#dag.retire(tip)
        continue
      }
      parents.push(tip)
      if (parents.length === maxParents) break
    }
    if (parents.length > 0) this.#lastParents = parents
    return this.#lastParents
  }

  #isContested({ transactions }: Vertex): boolean {
    return transactions.some(
      transaction => (this.#ledger.choices.sets.of(transaction)?.members.size ?? 1) > 1,
    )
  }

  #receive(vertex: Vertex, from: NodeIndex, step: Step): void {
    if (this.knows(vertex.id)) return
    this.#issuedMs.set(vertex.issuer, step.nowMs)
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

  #serveVotes({ ids, from, receivers }: Extract<Input, { kind: 'wants' }>, step: Step): void {
    const votes = this.#ownVotes(ids.slice(0, idsPerMessage), from, step)
    if (votes.length === 0) return
    step.effects.push({ kind: 'answer', to: from, votes, ...(receivers ? { receivers } : {}) })
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

/** By the clock that vertices are stamped by: an own vertex is as old as its stamp says, none at all. */
function wallOf(input: Input): number | undefined {
  if (input.kind === 'issued') return input.vertex.timestampMs
  return input.kind === 'vertex' ? input.wallMs : undefined
}
