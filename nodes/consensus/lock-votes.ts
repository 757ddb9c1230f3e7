import { type Census, countRevisableVote } from './census.ts'
import type { Member } from './conflict-set.ts'
import type { Dag } from './dag.ts'
import type { Effect } from './effect.ts'
import type { Ledger } from './ledger.ts'
import { finalVote, lockVote } from './own-vote.ts'
import type { CensusParameters } from './parameters.ts'
import { pluralityOf } from './plurality.ts'
import type { Support } from './support.ts'
import type { NodeIndex, Vertex, Vote } from './types.ts'
import type { Undecided } from './undecided.ts'

interface LockParts {
  readonly dag: Dag
  readonly ledger: Ledger
  readonly undecided: Undecided<Census>
  readonly support: Support
}

/**
 * This node's own votes under lock votes (beta = 2).
 * Invariant: a conflict set that is locked keeps its vote, over restarts too, because a vote is stored before it is told.
 */
export class LockVotes {
  readonly #index: NodeIndex
  readonly #parameters: CensusParameters
  readonly #parts: LockParts

  constructor(index: NodeIndex, parameters: CensusParameters, parts: LockParts) {
    this.#index = index
    this.#parameters = parameters
    this.#parts = parts
  }

  /** The vote on an undecided vertex as it stands. */
  voteOn(census: Census): Vote {
    return lockVote(census.vertex, this.#parts.ledger.choices, this.#roundOf(census))
  }

  /** Locks what alpha nodes vote for. @returns the other vertices on which this changed the own vote */
  lock(census: Census, effects: Effect[]): Census[] {
    const { ledger, support } = this.#parts
    if (!support.mayHold(census, census)) return []
    const touched = new Set<Census>()
    for (const transaction of census.vertex.transactions) {
      const set = ledger.choices.sets.of(transaction)
      const member = set?.members.get(transaction.id)
      if (!set || !member || set.isLocked || !support.holds(census, member, each => each)) continue
      set.ownVote = transaction.id
      set.isLocked = true
      for (const other of this.#carriersOf(set.members.values())) touched.add(other)
    }
    for (const other of touched) this.tell(other, effects)
    touched.delete(census)
    return [...touched]
  }

  /** Joins the plurality where nothing is locked, so that contested sets come to one side. @returns vertices with another vote */
  follow(effects: Effect[]): Census[] {
    const { ledger, undecided } = this.#parts
    const touched = new Set<Census>()
    for (const set of ledger.choices.sets.contested()) {
      if (set.isLocked) continue
      const preferred = pluralityOf(set, id => undecided.get(id), this.#parameters)
      if (preferred === undefined || preferred === set.ownVote) continue
      set.ownVote = preferred
      for (const census of this.#carriersOf(set.members.values())) touched.add(census)
    }
    for (const census of touched) this.tell(census, effects)
    return [...touched]
  }

  /** A vote that stands already: out of the store, or on a set that another vertex brought. @returns whether it says more than it did */
  adopt(vertex: Vertex, own: Vote): boolean {
    const { sets } = this.#parts.ledger.choices
    let isLocked = false
    vertex.transactions.forEach((transaction, position) => {
      const set = sets.of(transaction)
      if (!set) return
      const isFor = !own.exceptions.includes(position)
      if (isFor && (own.round || own.locked)) set.ownVote = transaction.id
      if (isFor && own.locked && !own.open?.includes(position)) set.isLocked = true
      if (set.isLocked && set.ownVote === transaction.id) isLocked = true
    })
    return isLocked && !own.locked
  }

  /** Counts the vote as it has become, and tells everybody. */
  tell(census: Census, effects: Effect[]): void {
    const { dag, ledger } = this.#parts
    const { vertex } = census
    const former = dag.ownExceptions(vertex.id) ?? []
    const same = this.voteOn(census)
    const vote = sameList(former, same.exceptions)
      ? same
      : lockVote(vertex, ledger.choices, this.#roundOf(census) + 1)
    dag.revise(vertex.id, vote.exceptions)
    countRevisableVote(census, this.#index, vote, this.#parameters.n)
    effects.push({ kind: 'revote', vertex, vote })
  }

  /** All of the vertex is decided: from now on the vote on it is what was accepted. */
  finish(vertex: Vertex, voted: readonly number[]): void {
    const { dag, ledger } = this.#parts
    dag.revise(vertex.id, finalVote(vertex, ledger.choices.spent, voted))
  }

  #roundOf(census: Census): number {
    return census.rounds.get(this.#index) ?? 0
  }

  *#carriersOf(members: Iterable<Member>): Iterable<Census> {
    for (const { carriers } of members) {
      for (const { vertex } of carriers) {
        const census = this.#parts.undecided.get(vertex)
        if (census) yield census
      }
    }
  }
}

function sameList(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((position, i) => position === other[i])
}
