import { AnswerTime } from './answer-time.ts'
import type { ConflictSet } from './conflict-set.ts'
import type { Dag } from './dag.ts'
import type { Input } from './input.ts'
import type { Ledger } from './ledger.ts'
import { Outstanding } from './outstanding.ts'
import { finalVote, inRange, lockVote } from './own-vote.ts'
import type { SnowParameters } from './parameters.ts'
import { Poll } from './poll.ts'
import type { Rule, Step } from './rule.ts'
import { sample } from './sample.ts'
import { Snowball } from './snowball.ts'
import type { NodeIndex, Vertex, VertexId, Vote } from './types.ts'
import { type Pending, Undecided } from './undecided.ts'

export interface SampledOptions {
  readonly index: NodeIndex
  /** Roster size N. */
  readonly n: number
  readonly parameters: SnowParameters
  /** Least time between the beginnings of two polls, milliseconds. */
  readonly pollIntervalMs: number
  /** How long an answer normally takes at most, milliseconds. */
  readonly patienceMs: number
  /** Uniform in [0, 1): whom a poll asks. */
  readonly random: () => number
}

export interface SampledParts {
  readonly dag: Dag
  readonly ledger: Ledger
}

/** Polls under way at the same time. */
const pollsMax = 2
/** Vertices in one poll, the oldest undecided ones: some 16 KB a query. */
const verticesPerPoll = 512

/**
 * The sampled rules of the Snow family: as long as anything is undecided, polls ask k random nodes of the roster (this one may be
 * among them) for their preferences, and every poll counts for each conflict set in it by Snowball: beta successes in a row accept.
 * A poll that gets no answer from a peer goes on without it; the next poll is the retry.
 */
export class SampledRule implements Rule {
  readonly #options: SampledOptions
  readonly #dag: Dag
  readonly #ledger: Ledger
  readonly #undecided: Undecided<Pending>
  readonly #snowOf = new Map<string, Snowball<string>>()
  readonly #answerTime: AnswerTime
  /** In the order they were asked, which is the order they count in. */
  readonly #polls: Poll[] = []
  readonly #outstanding = new Outstanding()
  #nextPoll = 0
  #dueMs = Number.NEGATIVE_INFINITY

  constructor(options: SampledOptions, { dag, ledger }: SampledParts) {
    this.#options = options
    this.#dag = dag
    this.#ledger = ledger
    this.#undecided = new Undecided(options.n)
    this.#answerTime = new AnswerTime({ leastMs: options.patienceMs / 2, mostMs: 16 * options.patienceMs })
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

  pending(id: VertexId): Pending | undefined {
    return this.#undecided.get(id)
  }

  firstVote(vertex: Vertex, exceptions: readonly number[]): Vote {
    return { vertex: vertex.id, exceptions }
  }

  open(vertex: Vertex, own: Vote, _early: unknown, { effects, nowMs }: Step): void {
    const { undecided } = this.#ledger.enter(vertex, own.exceptions, effects)
    if (undecided > 0) this.#undecided.add({ vertex, sinceMs: nowMs, undecided, answered: false })
    else this.#finish(vertex, own.exceptions)
  }

  /** Votes that nobody asked for count nothing under this rule. */
  count(): void {}

  takeChits({ from, poll: id, votes, nowMs }: Extract<Input, { kind: 'chits' }>, step: Step): void {
    this.#outstanding.delete(from, id)
    const poll = this.#polls.find(each => each.id === id)
    if (
      !poll?.record(
        from,
        votes.filter(vote => this.#isOfVertex(vote)),
      )
    )
      return
    this.#answerTime.observe(nowMs - poll.askedMs)
    this.#conclude(step)
    this.#ask(step)
  }

  ownVote(id: VertexId): Vote | undefined {
    const exceptions = this.#dag.ownExceptions(id)
    const pending = this.#undecided.get(id)
    if (exceptions === undefined || !pending) return exceptions && { vertex: id, exceptions }
    return { vertex: id, exceptions: lockVote(pending.vertex, this.#ledger.choices, 0).exceptions }
  }

  openVotes(): Vote[] {
    return []
  }

  undecided(limit: number): Vertex[] {
    return this.#undecided.vertices(limit)
  }

  tick(step: Step): void {
    const overdueMs = step.nowMs - this.#answerTime.timeoutMs
    this.#outstanding.expire(overdueMs)
    for (const poll of this.#polls) {
      if (poll.askedMs > overdueMs) continue
      for (const peer of [...poll.awaited]) poll.drop(peer)
    }
    this.#conclude(step)
    this.#ask(step)
  }

  /** Begins a poll when one is due. */
  #ask({ nowMs, effects }: Step): void {
    const { index, n, parameters, pollIntervalMs, random } = this.#options
    if (this.#undecided.size === 0 || this.#polls.length >= pollsMax || nowMs < this.#dueMs) return
    this.#dueMs = nowMs + pollIntervalMs
    const ids: VertexId[] = []
    for (const id of this.#undecided.ids()) {
      ids.push(id)
      if (ids.length === verticesPerPoll) break
    }
    const peers = sample(n, parameters.k, random)
    const poll = new Poll({ id: this.#nextPoll, askedMs: nowMs }, ids, peers)
    this.#nextPoll += 1
    this.#polls.push(poll)
    for (const to of peers) {
      if (to === index)
        poll.record(
          to,
          ids.flatMap(id => this.ownVote(id) ?? []),
        )
      else if (this.#outstanding.add(to, poll.id, nowMs))
        effects.push({ kind: 'query', to, poll: poll.id, ids })
      else poll.drop(to)
    }
    this.#conclude({ nowMs, effects })
  }

  /** Counts polls that are over, oldest first: successes in a row are in the order of asking. */
  #conclude(step: Step): void {
    for (let poll = this.#polls[0]; poll; poll = this.#polls[0]) {
      const { parameters } = this.#options
      if (!poll.isAnswerable(parameters)) return
      const sets = this.#setsIn(poll)
      if (!poll.isSettled(sets.values(), parameters)) return
      this.#polls.shift()
      for (const id of poll.vertices) {
        const pending = this.#undecided.get(id)
        const isAnswered = poll.answersOn(id) >= parameters.alphaPreference
        if (pending && !pending.answered && isAnswered) this.#undecided.answer(pending)
      }
      for (const [key, set] of sets) this.#record(key, set, poll, step)
    }
  }

  /** The conflict sets that a poll asks about and that are still undecided. */
  #setsIn(poll: Poll): Map<string, ConflictSet> {
    const sets = new Map<string, ConflictSet>()
    for (const id of poll.vertices) {
      for (const transaction of this.#undecided.get(id)?.vertex.transactions ?? []) {
        const set = this.#ledger.choices.sets.of(transaction)
        if (set) sets.set(transaction.key, set)
      }
    }
    return sets
  }

  #record(key: string, set: ConflictSet, poll: Poll, step: Step): void {
    const { parameters } = this.#options
    let snow = this.#snowOf.get(key)
    if (!snow) {
      snow = new Snowball(parameters, set.ownVote)
      this.#snowOf.set(key, snow)
    }
    const { id, chits } = poll.colourOf(set)
    snow.recordPoll(id, chits)
    set.ownVote = snow.preference
    if (!snow.finalized) return
    this.#snowOf.delete(key)
    const members = this.#ledger.accept(set.members.get(snow.preference)!.transaction, step.effects)
    for (const pending of this.#undecided.settle(members)) {
      if (!pending.answered) this.#undecided.answer(pending)
      this.#finish(pending.vertex, [])
    }
  }

  /** All of the vertex is decided: from now on this node's vote on it is what it accepted. */
  #finish(vertex: Vertex, exceptions: readonly number[]): void {
    this.#dag.revise(vertex.id, finalVote(vertex, this.#ledger.choices.spent, exceptions))
  }

  #isOfVertex(vote: Vote): boolean {
    const vertex = this.#undecided.get(vote.vertex)?.vertex
    return vertex !== undefined && inRange(vote, vertex.transactions.length)
  }
}
