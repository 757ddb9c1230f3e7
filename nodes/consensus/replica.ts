import { AnswerTime } from './answer-time.ts'
import { CatchUp, type Stretch } from './catch-up.ts'
import { type Census, countVote, isSupported, startCensus } from './census.ts'
import { admit, type Choices, exceptionsOn } from './choice.ts'
import { ConflictSets } from './conflict-set.ts'
import { Dag } from './dag.ts'
import { SetDigest } from './digest.ts'
import { EarlyVotes } from './early-votes.ts'
import type { Effect, Want } from './effect.ts'
import { getOrInsert } from './get-or-insert.ts'
import type { Gossip, Input } from './input.ts'
import { Mempool } from './mempool.ts'
import type { CensusParameters } from './parameters.ts'
import { Repair } from './repair.ts'
import { SpentNonces } from './spent.ts'
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
  /** How long a census normally takes; asking again starts after a few of these. Milliseconds. */
  readonly patienceMs: number
  /** Longest pause between two requests for the same votes, milliseconds. */
  readonly longestPauseMs: number
  /** Least time between two vertices of this node, so that small submissions share one. Milliseconds. */
  readonly issueIntervalMs: number
}

/** Own unanswered vertices beyond which no new one is issued: transactions then queue, and admission ends. */
const outstandingLimit = 16
/** Unanswered vertices of one issuer beyond which further ones are not looked at: a flood spends only its own share. */
const unansweredPerIssuerLimit = 512
/** A peer with this many more accepted transactions makes a node ask for whole stretches instead of single vertices. */
const behindBy = 100
/** Missing vertices, heard of in votes or tips, that are better fetched as a stretch than one by one. */
const missingMany = 32
const wantsPerGossip = 512
const tipsPerGossip = 8
const pullsPerTick = 128

/**
 * The census rule on a DAG, sans-IO: `step` takes one input and returns what is to be done, in order.
 *
 * A vertex is voted on once, when all its parents have been: yes to each transaction unless another member of its
 * conflict set has this node's vote already. A transaction is accepted on alpha distinct votes. Nothing here reads a
 * clock, draws a random number or touches the world, so the same object runs in a container and in a simulator.
 */
export class Replica {
  readonly #options: ReplicaOptions
  readonly #n: number
  readonly #dag = new Dag()
  readonly #choices: Choices = { sets: new ConflictSets(), spent: new SpentNonces(), mempool: new Mempool() }
  readonly #digest = new SetDigest()
  /** Running censuses: vertices with at least one undecided transaction. */
  readonly #censuses = new Map<VertexId, Census>()
  /** Per issuer, vertices that alpha nodes have not answered yet. */
  readonly #unansweredOf: Int32Array
  readonly #early: EarlyVotes
  /** Missing vertices, each with the peer it was heard of from. */
  readonly #pulls: Repair<NodeIndex>
  readonly #catchUp: CatchUp
  /** Vertices that alpha nodes have not answered yet, and answered ones with something contested in them. */
  readonly #wants: Repair<Census>
  readonly #contested: Repair<Census>
  readonly #answerTime: AnswerTime
  #sequence = 0
  #order = 0
  #decisions = 0
  #accepted = 0
  #lastIssueMs = Number.NEGATIVE_INFINITY
  #issuing = false

  constructor(options: ReplicaOptions) {
    this.#options = options
    this.#n = options.parameters.n
    this.#unansweredOf = new Int32Array(this.#n)
    this.#early = new EarlyVotes(this.#n)
    const firstMs = options.patienceMs
    this.#pulls = new Repair({ firstMs, longestMs: 8 * firstMs, tries: 12 })
    // On a machine short of CPU a stretch takes long, and asking the next peer for the same makes it longer.
    this.#catchUp = new CatchUp(8 * firstMs)
    // Never given up: a partition may last for hours, and what waits behind it must be asked for when it heals.
    const forever = {
      firstMs: 2 * firstMs,
      longestMs: options.longestPauseMs,
      tries: Number.POSITIVE_INFINITY,
    }
    this.#wants = new Repair(forever)
    this.#answerTime = new AnswerTime({ leastMs: forever.firstMs, mostMs: 16 * firstMs })
    this.#contested = new Repair({ firstMs: 4 * firstMs, longestMs: 64 * firstMs, tries: 8 })
  }

  /** Number of accepted transactions and the order-independent digest of their set. */
  get accepted(): { readonly accepted: number; readonly digest: string } {
    return { accepted: this.#accepted, digest: this.#digest.toString() }
  }

  /** Vertices whose census runs, transactions that wait to be issued, and whether a tick has anything to do. */
  get load(): { readonly processing: number; readonly queued: number; readonly busy: boolean } {
    const processing = this.#censuses.size
    const queued = this.#choices.mempool.size
    return { processing, queued, busy: processing + queued + this.#pulls.size > 0 }
  }

  /** Vertices voted on and decisions made so far: the next order and the next decision's sequence. */
  get counters(): { readonly vertices: number; readonly decisions: number } {
    return { vertices: this.#order, decisions: this.#decisions }
  }

  /** Vertices known to be missing: while there are any, this node is catching up. */
  get missing(): number {
    return this.#pulls.size
  }

  /** Whether a vertex has been voted on here or waits for its parents. */
  knows(id: VertexId): boolean {
    return this.#dag.has(id) || this.#dag.isOrphan(id)
  }

  /** What a peer is told over a new link beside the gossip: own votes on all that is open, which it may have missed. */
  openVotes(): Vote[] {
    const votes: Vote[] = []
    for (const id of this.#censuses.keys()) {
      votes.push(this.#ownVote(id)!)
      if (votes.length === wantsPerGossip) break
    }
    return votes
  }

  /** What neighbours are told now and then. */
  gossip(): Gossip {
    return { tips: this.#dag.tips(tipsPerGossip), ...this.accepted }
  }

  step(input: Input): Effect[] {
    const effects: Effect[] = []
    switch (input.kind) {
      case 'submit':
        effects.push({ kind: 'admission', ...admit(input.transactions, this.#choices) })
        break
      case 'issued':
        this.#issuing = false
        this.#process(input.vertex, input.nowMs, effects)
        effects.push({ kind: 'push', vertex: input.vertex })
        break
      case 'vertex':
        this.#receive(input.vertex, input.from, input.nowMs, effects)
        break
      case 'pulled':
        this.#pullOn(input, effects)
        break
      case 'votes':
        for (const vote of input.votes) this.#count(vote, input.from, input.nowMs, effects)
        break
      case 'wants':
        this.#serveVotes(input.ids.slice(0, wantsPerGossip), input.from, input.nowMs, effects)
        break
      case 'gossip':
        this.#hear(input, effects)
        break
      case 'tick':
        this.#askAgain(input.nowMs, effects)
        break
      default:
        input satisfies never
    }
    this.#issue(input.nowMs, effects)
    return effects
  }

  /** Puts back one vertex of the store, in the order of its votes, after all decisions and the queue. */
  restoreVertex(vertex: Vertex, exceptions: readonly number[], nowMs: number): void {
    this.#dag.add(vertex, exceptions)
    this.#order += 1
    if (vertex.issuer === this.#options.index) this.#sequence = Math.max(this.#sequence, vertex.sequence + 1)
    this.#open(vertex, exceptions, nowMs, [])
  }

  /** Puts back one decision of the store, in its order. */
  restoreDecision(transaction: Pick<Transaction, 'id' | 'key'>, outcome: Outcome): void {
    this.#decisions += 1
    if (outcome === 'rejected') {
      this.#choices.spent.reject(transaction)
      return
    }
    this.#choices.spent.accept(transaction)
    this.#accepted += 1
    this.#digest.add(transaction.id)
  }

  /** Puts back an admitted transaction that had not been issued yet. */
  restoreQueued(transaction: Transaction): void {
    if (this.#choices.spent.accepted(transaction) === undefined) this.#choices.mempool.add(transaction)
  }

  #issue(nowMs: number, effects: Effect[]): void {
    const { index, issueIntervalMs } = this.#options
    if (this.#issuing || this.#choices.mempool.size === 0) return
    if (nowMs - this.#lastIssueMs < issueIntervalMs || this.#unansweredOf[index]! >= outstandingLimit) return
    const transactions: Transaction[] = []
    for (const transaction of this.#choices.mempool.oldest()) {
      transactions.push(transaction)
      if (transactions.length === maxTransactionsPerVertex) break
    }
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
      const census = this.#censuses.get(tip)
      const virtuous = census?.vertex.transactions.every(transaction => {
        const set = this.#choices.sets.of(transaction)
        return set === undefined || set.members.size === 1
      })
      if (virtuous === false) {
        if (census?.answered) this.#dag.retire(tip)
        continue
      }
      parents.push(tip)
      if (parents.length === maxParents) break
    }
    return parents
  }

  #receive(vertex: Vertex, from: NodeIndex, nowMs: number, effects: Effect[]): void {
    if (this.knows(vertex.id)) return
    if (this.#unansweredOf[vertex.issuer]! >= unansweredPerIssuerLimit) return
    const missing = this.#dag.missingParents(vertex)
    if (missing.length === 0) {
      this.#process(vertex, nowMs, effects)
      return
    }
    if (!this.#dag.addOrphan(vertex, from, missing)) return
    const fetch = missing.filter(id => !this.#dag.isOrphan(id) && !this.#pulls.has(id))
    for (const id of fetch) this.#pulls.add(id, from, nowMs)
    if (fetch.length > 0 && this.#singlePulls(nowMs) > 0)
      effects.push({ kind: 'pull', hint: from, ids: fetch })
  }

  /** Votes on a vertex whose parents are known, then on the orphans it frees. */
  #process(first: Vertex, nowMs: number, effects: Effect[]): void {
    const ready = [first]
    for (let vertex = ready.pop(); vertex; vertex = ready.pop()) {
      if (this.#dag.has(vertex.id)) continue
      const exceptions = exceptionsOn(vertex.transactions, this.#choices)
      this.#dag.add(vertex, exceptions)
      this.#pulls.delete(vertex.id)
      if (vertex.issuer === this.#options.index) {
        this.#sequence = Math.max(this.#sequence, vertex.sequence + 1)
      }
      effects.push({ kind: 'vote', vertex, vote: { vertex: vertex.id, exceptions }, order: this.#order })
      this.#order += 1
      this.#open(vertex, exceptions, nowMs, effects)
      for (const orphan of this.#dag.adopt(vertex.id)) ready.push(orphan.vertex)
    }
  }

  /** Starts the census of a vertex this node has just voted on, unless all its transactions are decided. */
  #open(vertex: Vertex, exceptions: readonly number[], nowMs: number, effects: Effect[]): void {
    // What is old by its own timestamp was decided elsewhere long ago: ask at once instead of after the usual patience.
    const { timeoutMs } = this.#answerTime
    const old = nowMs - vertex.timestampMs > 4 * timeoutMs
    const census = startCensus(vertex, this.#n, old ? undefined : nowMs)
    vertex.transactions.forEach((transaction, position) => {
      const spentBy = this.#choices.spent.accepted(transaction)
      if (spentBy === undefined) {
        census.undecided += 1
        const choice = this.#choices.mempool.of(transaction) ?? transaction.id
        const member = this.#choices.sets.add(transaction, vertex.id, position, choice)
        this.#choices.mempool.remove(transaction)
        if (member.carriers.length === 1) return
        for (const carrier of member.carriers) {
          const other = this.#censuses.get(carrier.vertex)
          if (other) other.shared = true
        }
        census.shared = true
      } else if (spentBy !== transaction.id) {
        this.#choices.mempool.remove(transaction)
        this.#decideRejected(transaction, effects)
      } else this.#choices.mempool.remove(transaction)
    })
    const early = [...this.#early.take(vertex.id)]
    if (census.undecided === 0) return
    this.#censuses.set(vertex.id, census)
    this.#unansweredOf[vertex.issuer] = this.#unansweredOf[vertex.issuer]! + 1
    // Unless peers have told their votes unasked: then it is open there as well, after a cut.
    this.#wants.add(vertex.id, census, nowMs, timeoutMs, old && early.length === 0 ? 0 : timeoutMs)
    countVote(census, this.#options.index, { exceptions }, this.#n)
    // Issuing a vertex is the issuer's vote for all of it; nobody needs to hear it twice.
    countVote(census, vertex.issuer, { exceptions: [] }, this.#n)
    for (const [from, vote] of early) {
      if (inRange(vote, vertex.transactions.length)) countVote(census, from, vote, this.#n)
    }
    this.#evaluate(census, nowMs, effects)
  }

  #count(vote: Vote, voters: readonly NodeIndex[], nowMs: number, effects: Effect[]): void {
    const census = this.#censuses.get(vote.vertex)
    if (census) {
      if (!inRange(vote, census.vertex.transactions.length)) return
      let changed = false
      for (const from of voters) if (countVote(census, from, vote, this.#n)) changed = true
      if (changed) this.#evaluate(census, nowMs, effects)
      return
    }
    if (this.#dag.has(vote.vertex)) return
    const kept = voters.filter(from => this.#early.keep(vote, from))
    if (kept.length === 0 || this.#dag.isOrphan(vote.vertex) || this.#pulls.has(vote.vertex)) return
    // Usually the push is on its way and only slower than the vote: due when answers are, not at once.
    this.#pulls.add(vote.vertex, kept[0]!, nowMs, this.#answerTime.timeoutMs / 2)
  }

  /** Accepts what has reached alpha. */
  #evaluate(census: Census, nowMs: number, effects: Effect[]): void {
    const { alpha } = this.#options.parameters
    if (!census.answered && census.voters.size >= alpha) {
      this.#answered(census, nowMs)
      this.#contested.add(census.vertex.id, census, nowMs)
    }
    const simple = !census.shared && census.against.size === 0
    if (simple && census.voters.size < alpha) return
    const censusOf = (id: VertexId) => this.#censuses.get(id)
    for (const transaction of census.vertex.transactions) {
      if (census.undecided === 0) break
      const member = this.#choices.sets.of(transaction)?.members.get(transaction.id)
      if (!member) continue
      // Without rivals and other carriers alpha votes on the vertex are alpha votes on each transaction in it.
      if (simple || isSupported(member.carriers, censusOf, { n: this.#n, alpha })) {
        this.#accept(transaction, nowMs, effects)
      }
    }
  }

  /** A set is decided as a whole: its winner is accepted and every other member rejected. */
  #accept(transaction: Transaction, nowMs: number, effects: Effect[]): void {
    const set = this.#choices.sets.of(transaction)!
    this.#choices.sets.remove(transaction)
    this.#choices.spent.accept(transaction)
    this.#accepted += 1
    this.#digest.add(transaction.id)
    effects.push({ kind: 'decide', sequence: this.#decisions, transaction, outcome: 'accepted' })
    this.#decisions += 1
    for (const member of set.members.values()) {
      if (member.transaction.id !== transaction.id) this.#decideRejected(member.transaction, effects)
      for (const { vertex } of member.carriers) this.#settle(vertex, nowMs)
    }
  }

  #decideRejected(transaction: Transaction, effects: Effect[]): void {
    if (!this.#choices.spent.reject(transaction)) return
    effects.push({ kind: 'decide', sequence: this.#decisions, transaction, outcome: 'rejected' })
    this.#decisions += 1
  }

  /** One transaction of the vertex is decided; with the last one its census ends. */
  #settle(id: VertexId, nowMs: number): void {
    const census = this.#censuses.get(id)
    if (!census) return
    census.undecided -= 1
    if (census.undecided > 0) return
    this.#censuses.delete(id)
    if (!census.answered) this.#answered(census, nowMs)
    this.#contested.delete(id)
  }

  #answered(census: Census, nowMs: number): void {
    census.answered = true
    const { id, issuer } = census.vertex
    this.#unansweredOf[issuer] = this.#unansweredOf[issuer]! - 1
    const asked = this.#wants.delete(id)
    // After a cut an answer has taken as long as the cut did: only what came unasked tells how long answers take (Karn's rule).
    if (asked === 0 && census.openedMs !== undefined) this.#answerTime.observe(nowMs - census.openedMs)
  }

  /** A peer says what it has and lacks. */
  #hear({ gossip, from, nowMs, first }: Extract<Input, { kind: 'gossip' }>, effects: Effect[]): void {
    const lacking = gossip.tips.filter(id => !this.#dag.has(id))
    if (lacking.length === 0) return
    const missing = lacking.filter(id => !this.#dag.isOrphan(id) && !this.#pulls.has(id))
    // Halves of a network that was cut are ahead of each other without one having accepted more, but have heard of votes.
    const isCutOff = first && this.#pulls.size >= missingMany
    if (isCutOff || gossip.accepted > this.#accepted + behindBy) {
      this.#pullStretch(this.#catchUp.hear({ from, upTo: lacking }, nowMs), effects)
    } else if (first && missing.length > 0 && this.#singlePulls(nowMs) > 0) {
      effects.push({ kind: 'pull', hint: from, ids: missing })
    }
    // Also when a stretch is asked for, in case that is never answered.
    for (const id of missing) this.#pulls.add(id, from, nowMs)
  }

  /** Somebody lacks votes. What is not known here was not voted on for that reason: it is on its way, or lost. */
  #serveVotes(ids: readonly VertexId[], from: NodeIndex, nowMs: number, effects: Effect[]): void {
    const votes: Vote[] = []
    for (const id of ids) {
      const vote = this.#ownVote(id)
      if (vote) votes.push(vote)
      else if (!this.#dag.isOrphan(id)) this.#pulls.add(id, from, nowMs, this.#answerTime.timeoutMs / 2)
    }
    if (votes.length > 0) effects.push({ kind: 'answer', to: from, votes })
  }

  /** This node's vote on a vertex as it stands: what it voted, and what it has accepted all the same. */
  #ownVote(id: VertexId): Vote | undefined {
    const exceptions = this.#dag.ownExceptions(id)
    if (exceptions === undefined) return undefined
    if (exceptions.length === 0) return { vertex: id, exceptions }
    const transactions = this.#censuses.get(id)?.vertex.transactions
    const claims = exceptions.filter(position => {
      const transaction = transactions?.[position]
      return transaction && this.#choices.spent.accepted(transaction) === transaction.id
    })
    return { vertex: id, exceptions, claims }
  }

  /** Repeats what got no answer: pulls of missing vertices, requests for votes. */
  #askAgain(nowMs: number, effects: Effect[]): void {
    const missing = new Map<NodeIndex, VertexId[]>()
    for (const { id, value: hint, last } of this.#pulls.due(nowMs, this.#singlePulls(nowMs))) {
      if (last) this.#early.take(id)
      // Given up, but not while others wait behind it: they are known, so nothing else would ask for it again.
      if (last && this.#dag.isAwaited(id)) this.#pulls.add(id, hint, nowMs)
      getOrInsert(missing, hint, () => []).push(id)
    }
    for (const [hint, ids] of missing) effects.push({ kind: 'pull', hint, ids })
    const wants: Want[] = []
    for (const table of [this.#wants, this.#contested]) {
      for (const { id, value } of table.due(nowMs, wantsPerGossip - wants.length)) {
        if (value.voters.size < this.#n) wants.push({ id, voters: value.voters })
      }
    }
    if (wants.length > 0) effects.push({ kind: 'want', wants })
  }

  /** How many vertices to ask for one by one: none while a stretch is on its way, which brings most of them. */
  #singlePulls(nowMs: number): number {
    return this.#catchUp.isWaiting(nowMs) ? 0 : pullsPerTick
  }

  /** An answer to a pull has been worked through: asks on for the rest of a stretch, or for what lies behind single vertices. */
  #pullOn(answer: Extract<Input, { kind: 'pulled' }>, effects: Effect[]): void {
    const { from, fresh, nowMs } = answer
    let next = this.#catchUp.advance(answer, id => this.#dag.has(id))
    if (!next && fresh > 0 && !this.#catchUp.isWaiting(nowMs)) {
      // One level of parents a round trip would take forever when a whole branch is missing.
      const upTo: VertexId[] = []
      for (const [id, hint] of this.#pulls.entries())
        if (hint === from && this.#dag.isAwaited(id)) upTo.push(id)
      if (upTo.length > 0) next = this.#catchUp.hear({ from, upTo }, nowMs)
    }
    this.#pullStretch(next, effects)
  }

  #pullStretch(stretch: Stretch | undefined, effects: Effect[]): void {
    if (!stretch) return
    effects.push({ kind: 'pull', hint: stretch.from, ids: stretch.upTo, locator: this.#dag.locator() })
  }
}

function inRange(vote: Vote, length: number): boolean {
  const valid = (position: number) => Number.isInteger(position) && position >= 0 && position < length
  return vote.exceptions.every(valid) && (vote.claims ?? []).every(valid)
}
