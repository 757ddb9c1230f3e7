import { type Census, countVote, startCensus, support } from './census.ts'
import { ConflictSets } from './conflict-set.ts'
import { Dag } from './dag.ts'
import { SetDigest } from './digest.ts'
import type { Effect } from './effect.ts'
import { getOrInsert } from './get-or-insert.ts'
import type { Gossip, Input } from './input.ts'
import { Mempool } from './mempool.ts'
import type { CensusParameters } from './parameters.ts'
import { Repair } from './repair.ts'
import { SpentNonces } from './spent.ts'
import {
  conflictKey,
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
  /** Least time between two vertices of this node, so that small submissions share one. Milliseconds. */
  readonly issueIntervalMs: number
}

/** Where a missing vertex was heard of, and whether that peer is far ahead. */
interface Source {
  readonly hint: NodeIndex
  readonly behind: boolean
}

/** Own unanswered vertices beyond which no new one is issued: transactions then queue, and admission ends. */
const outstandingLimit = 16
/** Unanswered vertices of one issuer beyond which further ones are not looked at: a flood spends only its own share. */
const unansweredPerIssuerLimit = 512
/** A peer with this many more accepted transactions makes a node ask for whole stretches instead of single vertices. */
const behindBy = 100
/** Votes on vertices that have not arrived, kept per voter. */
const earlyVotesPerVoter = 512
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
  readonly #sets = new ConflictSets()
  readonly #spent = new SpentNonces()
  readonly #digest = new SetDigest()
  readonly #mempool = new Mempool()
  /** Running censuses: vertices with at least one undecided transaction. */
  readonly #censuses = new Map<VertexId, Census>()
  /** Per issuer, vertices that alpha nodes have not answered yet. */
  readonly #unansweredOf: Int32Array
  readonly #early = new Map<VertexId, Map<NodeIndex, Vote>>()
  readonly #earlyOf: Int32Array
  readonly #pulls: Repair<Source>
  readonly #wants: Repair<Census>
  readonly #pushes: Repair<Census>
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
    this.#earlyOf = new Int32Array(this.#n)
    const firstMs = options.patienceMs
    this.#pulls = new Repair({ firstMs, longestMs: 8 * firstMs, tries: 12 })
    this.#wants = new Repair({ firstMs: 3 * firstMs, longestMs: 24 * firstMs, tries: 8 })
    this.#pushes = new Repair({ firstMs: 2 * firstMs, longestMs: 16 * firstMs, tries: 6 })
  }

  /** Number of accepted transactions and the order-independent digest of their set. */
  get accepted(): { readonly accepted: number; readonly digest: string } {
    return { accepted: this.#accepted, digest: this.#digest.toString() }
  }

  /** Vertices whose census runs, transactions that wait to be issued, and whether a tick has anything to do. */
  get load(): { readonly processing: number; readonly queued: number; readonly busy: boolean } {
    const processing = this.#censuses.size
    const queued = this.#mempool.size
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

  /** Tips and counts for peers; wants are added by the host from `want` effects. */
  gossip(wants: readonly VertexId[]): Gossip {
    return { tips: this.#dag.tips(tipsPerGossip), wants, ...this.accepted }
  }

  step(input: Input): Effect[] {
    const effects: Effect[] = []
    switch (input.kind) {
      case 'submit':
        this.#submit(input.transactions, effects)
        break
      case 'issued':
        this.#issuing = false
        this.#process(input.vertex, input.nowMs, effects)
        effects.push({ kind: 'push', vertex: input.vertex, to: 'everybody' })
        break
      case 'vertex':
        this.#receive(input.vertex, input.from, input.nowMs, effects)
        break
      case 'repeat':
        this.#repeat(input.id, input.from, effects)
        break
      case 'pulled':
        if (input.fresh > 0) this.#pullOn(input.from, effects)
        break
      case 'votes':
        for (const vote of input.votes) this.#count(vote, input.from, input.nowMs, effects)
        break
      case 'gossip':
        this.#hear(input.gossip, input.from, input.nowMs, effects)
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
  restoreDecision(transaction: Pick<Transaction, 'id' | 'owner' | 'nonce'>, outcome: Outcome): void {
    this.#decisions += 1
    if (outcome === 'rejected') {
      this.#spent.reject(transaction)
      return
    }
    this.#spent.accept(transaction)
    this.#accepted += 1
    this.#digest.add(transaction.id)
  }

  /** Puts back an admitted transaction that had not been issued yet. */
  restoreQueued(transaction: Transaction): void {
    if (this.#spent.accepted(transaction) === undefined) this.#mempool.add(transaction)
  }

  #submit(transactions: readonly Transaction[], effects: Effect[]): void {
    const admitted: Transaction[] = []
    const refused: { index: number; code: 'duplicate' | 'conflict' | 'spent' | 'full'; message: string }[] =
      []
    transactions.forEach((transaction, index) => {
      const spentBy = this.#spent.accepted(transaction)
      const vote = this.#sets.of(transaction)?.ownVote ?? this.#mempool.of(transaction)
      if (spentBy === transaction.id || vote === transaction.id) {
        refused.push({ index, code: 'duplicate', message: 'this transaction is known here already' })
      } else if (spentBy !== undefined) {
        refused.push({ index, code: 'spent', message: `nonce ${transaction.nonce} of this owner is spent` })
      } else if (vote !== undefined) {
        refused.push({
          index,
          code: 'conflict',
          message: `conflicts with ${vote}, which has this node's vote`,
        })
      } else if (!this.#mempool.add(transaction)) {
        refused.push({
          index,
          code: 'full',
          message: 'the queue of this node is full: try again or elsewhere',
        })
      } else admitted.push(transaction)
    })
    effects.push({ kind: 'admission', admitted, refused })
  }

  #issue(nowMs: number, effects: Effect[]): void {
    const { index, issueIntervalMs } = this.#options
    if (this.#issuing || this.#mempool.size === 0) return
    if (nowMs - this.#lastIssueMs < issueIntervalMs || this.#unansweredOf[index]! >= outstandingLimit) return
    const transactions: Transaction[] = []
    for (const transaction of this.#mempool.oldest()) {
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
        const set = this.#sets.of(transaction)
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
    if (this.#dag.has(vertex.id)) {
      // Its issuer pushes it again because our answer got lost.
      if (from === vertex.issuer)
        effects.push({ kind: 'answer', to: from, votes: [this.#ownVote(vertex.id)!] })
      return
    }
    if (this.#dag.isOrphan(vertex.id)) return
    if (this.#unansweredOf[vertex.issuer]! >= unansweredPerIssuerLimit) return
    const missing = this.#dag.missingParents(vertex)
    if (missing.length === 0) {
      this.#process(vertex, nowMs, effects)
      return
    }
    if (!this.#dag.addOrphan(vertex, from, missing)) return
    const fetch = missing.filter(id => !this.#dag.isOrphan(id) && !this.#pulls.has(id))
    for (const id of fetch) this.#pulls.add(id, { hint: from, behind: false }, nowMs)
    if (fetch.length > 0) effects.push({ kind: 'pull', hint: from, ids: fetch, have: [] })
  }

  /** Somebody sends a known vertex again because our answer got lost. */
  #repeat(id: VertexId, from: NodeIndex, effects: Effect[]): void {
    const vote = this.#ownVote(id)
    if (vote) effects.push({ kind: 'answer', to: from, votes: [vote] })
  }

  /** Votes on a vertex whose parents are known, then on the orphans it frees. */
  #process(first: Vertex, nowMs: number, effects: Effect[]): void {
    const ready = [first]
    for (let vertex = ready.pop(); vertex; vertex = ready.pop()) {
      if (this.#dag.has(vertex.id)) continue
      const exceptions = this.#exceptionsOn(vertex)
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

  /** Sticky votes: against every transaction whose set already has another choice or another winner. */
  #exceptionsOn(vertex: Vertex): number[] {
    const exceptions: number[] = []
    const chosenHere = new Map<string, string>()
    vertex.transactions.forEach((transaction, position) => {
      const key = conflictKey(transaction)
      const choice =
        this.#spent.accepted(transaction) ??
        this.#sets.of(transaction)?.ownVote ??
        this.#mempool.of(transaction) ??
        chosenHere.get(key) ??
        transaction.id
      chosenHere.set(key, choice)
      if (choice !== transaction.id) exceptions.push(position)
    })
    return exceptions
  }

  /** Starts the census of a vertex this node has just voted on, unless all its transactions are decided. */
  #open(vertex: Vertex, exceptions: readonly number[], nowMs: number, effects: Effect[]): void {
    const census = startCensus(vertex, this.#n)
    vertex.transactions.forEach((transaction, position) => {
      const spentBy = this.#spent.accepted(transaction)
      if (spentBy === undefined) {
        census.undecided += 1
        const choice = this.#mempool.of(transaction) ?? transaction.id
        const member = this.#sets.add(transaction, vertex.id, position, choice)
        this.#mempool.remove(transaction)
        if (member.carriers.length === 1) return
        for (const carrier of member.carriers) {
          const other = this.#censuses.get(carrier.vertex)
          if (other) other.shared = true
        }
        census.shared = true
      } else if (spentBy !== transaction.id) {
        this.#mempool.remove(transaction)
        this.#decideRejected(transaction, effects)
      } else this.#mempool.remove(transaction)
    })
    const early = this.#takeEarly(vertex.id)
    if (census.undecided === 0) return
    this.#censuses.set(vertex.id, census)
    this.#unansweredOf[vertex.issuer] = this.#unansweredOf[vertex.issuer]! + 1
    // What is old by its own timestamp was decided elsewhere long ago: ask at once instead of after the usual patience.
    const old = nowMs - vertex.timestampMs > 8 * this.#options.patienceMs
    this.#wants.add(vertex.id, census, nowMs, old ? 0 : undefined)
    if (vertex.issuer === this.#options.index) this.#pushes.add(vertex.id, census, nowMs)
    countVote(census, this.#options.index, { exceptions }, this.#n)
    // Issuing a vertex is the issuer's vote for all of it; nobody needs to hear it twice.
    countVote(census, vertex.issuer, { exceptions: [] }, this.#n)
    for (const [from, vote] of early) {
      if (inRange(vote, vertex.transactions.length)) countVote(census, from, vote, this.#n)
    }
    this.#evaluate(census, effects)
  }

  #count(vote: Vote, from: NodeIndex, nowMs: number, effects: Effect[]): void {
    const census = this.#censuses.get(vote.vertex)
    if (census) {
      if (!inRange(vote, census.vertex.transactions.length)) return
      if (countVote(census, from, vote, this.#n)) this.#evaluate(census, effects)
      return
    }
    if (this.#dag.has(vote.vertex) || !this.#keepEarly(vote, from)) return
    if (this.#dag.isOrphan(vote.vertex) || this.#pulls.has(vote.vertex)) return
    // Usually the push is on its way and only slower than the vote: due after the usual patience, not at once.
    this.#pulls.add(vote.vertex, { hint: from, behind: false }, nowMs)
  }

  /** @returns false when this voter has too many votes on vertices that nobody has shown us */
  #keepEarly(vote: Vote, from: NodeIndex): boolean {
    if (this.#earlyOf[from]! >= earlyVotesPerVoter) return false
    const votes = getOrInsert(this.#early, vote.vertex, () => new Map<NodeIndex, Vote>())
    if (!votes.has(from)) this.#earlyOf[from] = this.#earlyOf[from]! + 1
    votes.set(from, votes.get(from) ?? vote)
    return true
  }

  /** The votes on a vertex that came before it did. */
  #takeEarly(id: VertexId): Iterable<readonly [NodeIndex, Vote]> {
    const votes = this.#early.get(id) ?? []
    this.#early.delete(id)
    for (const [from] of votes) this.#earlyOf[from] = this.#earlyOf[from]! - 1
    return votes
  }

  /** Accepts what has reached alpha. */
  #evaluate(census: Census, effects: Effect[]): void {
    const { alpha } = this.#options.parameters
    if (!census.answered && census.voters.size >= alpha) this.#answered(census)
    const simple = !census.shared && census.against.size === 0
    if (simple && census.voters.size < alpha) return
    for (const transaction of census.vertex.transactions) {
      if (census.undecided === 0) break
      const member = this.#sets.of(transaction)?.members.get(transaction.id)
      if (!member) continue
      if (support(member.carriers, id => this.#censuses.get(id), this.#n) >= alpha) {
        this.#accept(transaction, effects)
      }
    }
  }

  /** A set is decided as a whole: its winner is accepted and every other member rejected. */
  #accept(transaction: Transaction, effects: Effect[]): void {
    const set = this.#sets.of(transaction)!
    this.#sets.remove(transaction)
    this.#spent.accept(transaction)
    this.#accepted += 1
    this.#digest.add(transaction.id)
    effects.push({ kind: 'decide', sequence: this.#decisions, transaction, outcome: 'accepted' })
    this.#decisions += 1
    for (const member of set.members.values()) {
      if (member.transaction.id !== transaction.id) this.#decideRejected(member.transaction, effects)
      for (const { vertex } of member.carriers) this.#settle(vertex)
    }
  }

  #decideRejected(transaction: Transaction, effects: Effect[]): void {
    if (!this.#spent.reject(transaction)) return
    effects.push({ kind: 'decide', sequence: this.#decisions, transaction, outcome: 'rejected' })
    this.#decisions += 1
  }

  /** One transaction of the vertex is decided; with the last one its census ends. */
  #settle(id: VertexId): void {
    const census = this.#censuses.get(id)
    if (!census) return
    census.undecided -= 1
    if (census.undecided > 0) return
    this.#censuses.delete(id)
    this.#wants.delete(id)
    if (!census.answered) this.#answered(census)
  }

  #answered(census: Census): void {
    census.answered = true
    const { id, issuer } = census.vertex
    this.#unansweredOf[issuer] = this.#unansweredOf[issuer]! - 1
    this.#pushes.delete(id)
  }

  /** A peer says what it has and lacks. */
  #hear(gossip: Gossip, from: NodeIndex, nowMs: number, effects: Effect[]): void {
    const behind = gossip.accepted > this.#accepted + behindBy
    for (const id of gossip.tips) {
      if (!this.knows(id)) this.#pulls.add(id, { hint: from, behind }, nowMs)
    }
    const votes = gossip.wants.slice(0, wantsPerGossip).flatMap(id => this.#ownVote(id) ?? [])
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
      return transaction && this.#spent.accepted(transaction) === transaction.id
    })
    return { vertex: id, exceptions, claims }
  }

  /** Repeats what got no answer: pulls of missing vertices, own pushes, requests for votes. */
  #askAgain(nowMs: number, effects: Effect[]): void {
    for (const { id, value, last } of this.#pulls.due(nowMs, pullsPerTick)) {
      if (last) this.#takeEarly(id)
      this.#pull(id, value, effects)
    }
    for (const { value: census } of this.#pushes.due(nowMs, outstandingLimit)) {
      const silent: NodeIndex[] = []
      for (let node = 0; node < this.#n; node += 1) if (!census.voters.has(node)) silent.push(node)
      if (silent.length > 0) effects.push({ kind: 'push', vertex: census.vertex, to: silent })
    }
    const wants: VertexId[] = []
    for (const { id, value: census } of this.#wants.due(nowMs, wantsPerGossip)) {
      if (census.voters.size < this.#n) wants.push(id)
    }
    if (wants.length > 0) effects.push({ kind: 'want', ids: wants })
  }

  #pull(id: VertexId, { hint, behind }: Source, effects: Effect[]): void {
    effects.push({ kind: 'pull', hint, ids: [id], have: behind ? this.#dag.tips(tipsPerGossip) : [] })
  }

  /** A stretch came and there may be more: ask on at once instead of after the usual patience. */
  #pullOn(from: NodeIndex, effects: Effect[]): void {
    for (const [id, source] of this.#pulls.entries()) {
      if (!source.behind || source.hint !== from) continue
      this.#pull(id, source, effects)
      return
    }
  }
}

function inRange(vote: Vote, length: number): boolean {
  const valid = (position: number) => Number.isInteger(position) && position >= 0 && position < length
  return vote.exceptions.every(valid) && (vote.claims ?? []).every(valid)
}
