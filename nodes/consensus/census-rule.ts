import type { AnswerTime } from './answer-time.ts'
import { type Census, countRevisableVote, countVote, startCensus, type Tally } from './census.ts'
import type { Member } from './conflict-set.ts'
import type { Dag } from './dag.ts'
import type { EarlyVotes } from './early-votes.ts'
import type { Want } from './effect.ts'
import type { Ledger } from './ledger.ts'
import { LockVotes } from './lock-votes.ts'
import { inRange } from './own-vote.ts'
import type { CensusParameters } from './parameters.ts'
import { Repair } from './repair.ts'
import type { Rule, Step } from './rule.ts'
import { Support } from './support.ts'
import type { NodeIndex, Transaction, Vertex, VertexId, Vote } from './types.ts'
import { Undecided } from './undecided.ts'

export interface CensusOptions {
  readonly index: NodeIndex
  readonly parameters: CensusParameters
  /** 1: sticky votes; 2: lock votes, where double-spends must be resolved. */
  readonly beta: 1 | 2
  /** How long a census normally takes; asking again starts after a few of these. Milliseconds. */
  readonly patienceMs: number
  /** Longest pause between two requests for the same votes, milliseconds. */
  readonly longestPauseMs: number
}

export interface CensusParts {
  readonly dag: Dag
  readonly ledger: Ledger
  readonly answerTime: AnswerTime
}

const wantsPerGossip = 512

/**
 * Everybody is asked once for each vertex.
 *
 * Sticky votes (beta = 1): a vote never changes, and alpha votes accept a transaction.
 * Lock votes (beta = 2): a node that is not locked follows the plurality, alpha votes lock it for ever, alpha locked votes accept.
 */
export class CensusRule implements Rule {
  readonly #options: CensusOptions
  readonly #n: number
  readonly #dag: Dag
  readonly #ledger: Ledger
  readonly #answerTime: AnswerTime
  readonly #undecided: Undecided<Census>
  readonly #support: Support
  /** Undefined under sticky votes. */
  readonly #locks: LockVotes | undefined
  /** Vertices that alpha nodes have not answered yet, and answered ones with something contested in them. */
  readonly #wants: Repair<Census>
  readonly #contested: Repair<Census>
  /** What accepts: votes, or locked votes. */
  readonly #deciding: (census: Census) => Tally

  constructor(options: CensusOptions, { dag, ledger, answerTime }: CensusParts) {
    this.#options = options
    this.#n = options.parameters.n
    this.#dag = dag
    this.#ledger = ledger
    this.#answerTime = answerTime
    this.#undecided = new Undecided(this.#n)
    this.#support = new Support(options.parameters, this.#undecided)
    const parts = { dag, ledger, undecided: this.#undecided, support: this.#support }
    this.#locks = options.beta === 2 ? new LockVotes(options.index, options.parameters, parts) : undefined
    this.#deciding = this.#locks ? ({ locks }) => locks : census => census
    const firstMs = options.patienceMs
    // Never given up: a partition may last for hours, and what waits behind it must be asked for when it heals.
    this.#wants = new Repair({
      firstMs: 2 * firstMs,
      longestMs: options.longestPauseMs,
      tries: Number.POSITIVE_INFINITY,
    })
    this.#contested = new Repair({ firstMs: 4 * firstMs, longestMs: 64 * firstMs, tries: 8 })
  }

  get processing(): number {
    return this.#undecided.size
  }

  get oldestUnansweredMs(): number | undefined {
    return this.#undecided.oldestUnansweredMs
  }

  unansweredOf(issuer: NodeIndex): number {
    return this.#undecided.unansweredOf(issuer)
  }

  pending(id: VertexId): Census | undefined {
    return this.#undecided.get(id)
  }

  firstVote(vertex: Vertex, exceptions: readonly number[]): Vote {
    const vote = { vertex: vertex.id, exceptions }
    // Issuing counts as a vote for everything in it; one that has changed its mind since must say so with a later vote.
    const hasChanged = this.#locks && vertex.issuer === this.#options.index && exceptions.length > 0
    return hasChanged ? { ...vote, round: 1 } : vote
  }

  open(vertex: Vertex, own: Vote, earlyVotes: ReturnType<EarlyVotes['take']>, step: Step): void {
    const { nowMs, wallMs = nowMs, effects } = step
    const { timeoutMs } = this.#answerTime
    // What is old by its own timestamp was decided elsewhere long ago: ask at once instead of after the usual patience.
    const old = wallMs - vertex.timestampMs > 4 * timeoutMs
    const { undecided, shared } = this.#ledger.enter(vertex, own.exceptions, effects)
    if (undecided === 0) {
      this.#locks?.finish(vertex, own.exceptions)
      return
    }
    const census = startCensus(vertex, this.#n, { sinceMs: nowMs, isLate: old })
    census.undecided = undecided
    this.#undecided.add(census)
    for (const member of shared) this.#share(member)
    const early = [...earlyVotes]
    // Unless peers have told their votes unasked: then it is open there as well, after a cut.
    this.#wants.add(vertex.id, census, nowMs, timeoutMs, old && early.length === 0 ? 0 : timeoutMs)
    this.#countOne(census, this.#options.index, own)
    // Issuing a vertex is the issuer's vote for all of it; nobody needs to hear it twice.
    this.#countOne(census, vertex.issuer, { vertex: vertex.id, exceptions: [] })
    for (const [from, vote] of early) {
      if (inRange(vote, vertex.transactions.length)) this.#countOne(census, from, vote)
    }
    if (this.#locks?.adopt(vertex, own)) this.#locks.tell(census, effects)
    this.#evaluate([census], step)
  }

  count(vote: Vote, voters: readonly NodeIndex[], step: Step): void {
    const census = this.#undecided.get(vote.vertex)
    if (!census || !inRange(vote, census.vertex.transactions.length)) return
    if (this.#countAll(census, voters, vote)) this.#evaluate([census], step)
  }

  /** Nobody is asked in polls under this rule. */
  takeChits(): void {}

  ownVote(id: VertexId): Vote | undefined {
    const exceptions = this.#dag.ownExceptions(id)
    if (exceptions === undefined) return undefined
    const census = this.#undecided.get(id)
    if (this.#locks) {
      if (!census) return { vertex: id, exceptions, locked: true }
      return this.#locks.voteOn(census)
    }
    if (exceptions.length === 0) return { vertex: id, exceptions }
    const { spent } = this.#ledger.choices
    const claims = exceptions.filter(position => {
      const transaction = census?.vertex.transactions[position]
      return transaction && spent.accepted(transaction) === transaction.id
    })
    return { vertex: id, exceptions, claims }
  }

  openVotes(limit: number): Vote[] {
    const votes: Vote[] = []
    for (const id of this.#undecided.ids()) {
      votes.push(this.ownVote(id)!)
      if (votes.length === limit) break
    }
    return votes
  }

  undecided(limit: number): Vertex[] {
    return this.#undecided.vertices(limit)
  }

  tick(step: Step): void {
    if (this.#locks) this.#evaluate(this.#locks.follow(step.effects), step)
    this.#askAgain(step)
  }

  #countAll(census: Census, voters: readonly NodeIndex[], vote: Vote): boolean {
    // Nearly every vote, and a certificate holds hundreds of them.
    const isPlain = !this.#locks && vote.exceptions.length === 0 && !vote.claims
    if (isPlain) return census.voters.addAll(voters)
    let changed = false
    for (const from of voters) if (this.#countOne(census, from, vote)) changed = true
    return changed
  }

  #countOne(census: Census, from: NodeIndex, vote: Vote): boolean {
    return this.#locks
      ? countRevisableVote(census, from, vote, this.#n)
      : countVote(census, from, vote, this.#n)
  }

  #share({ carriers }: Member): void {
    for (const { vertex } of carriers) {
      const census = this.#undecided.get(vertex)
      if (census) census.shared = true
    }
  }

  /** Accepts what has reached alpha; what is locked on the way is told, and may lock or accept more. */
  #evaluate(changed: readonly Census[], step: Step): void {
    const waiting = new Set(changed)
    for (const census of waiting) {
      waiting.delete(census)
      this.#noteAnswers(census, step.nowMs)
      for (const other of this.#locks?.lock(census, step.effects) ?? []) waiting.add(other)
      this.#acceptIn(census, step)
    }
  }

  #noteAnswers(census: Census, nowMs: number): void {
    if (census.answered || this.#deciding(census).voters.size < this.#options.parameters.alpha) return
    this.#answered(census, nowMs)
    this.#contested.add(census.vertex.id, census, nowMs)
  }

  #acceptIn(census: Census, step: Step): void {
    if (!this.#support.mayHold(census, this.#deciding(census))) return
    for (const transaction of census.vertex.transactions) {
      if (census.undecided === 0) break
      const member = this.#ledger.choices.sets.of(transaction)?.members.get(transaction.id)
      if (member && this.#support.holds(census, member, this.#deciding)) this.#accept(transaction, step)
    }
  }

  #accept(transaction: Transaction, { nowMs, effects }: Step): void {
    const members = this.#ledger.accept(transaction, effects)
    for (const census of this.#undecided.settle(members)) {
      if (!census.answered) this.#answered(census, nowMs)
      this.#contested.delete(census.vertex.id)
      this.#locks?.finish(census.vertex, this.#dag.ownExceptions(census.vertex.id) ?? [])
    }
  }

  #answered(census: Census, nowMs: number): void {
    this.#undecided.answer(census)
    const asked = this.#wants.delete(census.vertex.id)
    // After a cut an answer has taken as long as the cut did: only what came unasked tells how long answers take (Karn's rule).
    if (asked === 0 && !census.isLate) this.#answerTime.observe(nowMs - census.sinceMs)
  }

  /** Repeats requests for votes. */
  #askAgain({ nowMs, effects }: Step): void {
    const wants: Want[] = []
    for (const table of [this.#wants, this.#contested]) {
      for (const { id, value, isRepeat } of table.due(nowMs, wantsPerGossip - wants.length)) {
        const { voters } = this.#deciding(value)
        if (voters.size < this.#n) wants.push({ id, voters, isRepeat, issuer: value.vertex.issuer })
      }
    }
    if (wants.length > 0) effects.push({ kind: 'want', wants })
  }
}
