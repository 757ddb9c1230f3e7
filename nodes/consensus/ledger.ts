import { type Choices, exceptionsOn } from './choice.ts'
import { ConflictSets, type Member } from './conflict-set.ts'
import { SetDigest } from './digest.ts'
import type { Effect } from './effect.ts'
import { Mempool, type Pauses } from './mempool.ts'
import { SpentNonces } from './spent.ts'
import type { Outcome, Transaction, Vertex } from './types.ts'

/** Own vote in a set of which only members are known that this node voted against. */
const unknownRival = ''

/** What is decided, what is not yet, and what waits to be issued: the part of a replica that is the same under every rule. */
export class Ledger {
  readonly choices: Choices
  readonly #digest = new SetDigest()
  #decisions = 0
  #accepted = 0

  constructor(pauses: Pauses) {
    this.choices = { sets: new ConflictSets(), spent: new SpentNonces(), mempool: new Mempool(pauses) }
  }

  /** Number of accepted transactions and the order-independent digest of their set. */
  get accepted(): { readonly accepted: number; readonly digest: string } {
    return { accepted: this.#accepted, digest: this.#digest.toString() }
  }

  /** Decisions so far: the sequence of the next one. */
  get decisions(): number {
    return this.#decisions
  }

  /** Puts back one decision of the store, in its order. */
  restore(transaction: Pick<Transaction, 'id' | 'key'>, outcome: Outcome): void {
    this.#decisions += 1
    if (outcome === 'rejected') {
      this.choices.spent.reject(transaction)
      return
    }
    this.choices.spent.accept(transaction)
    this.#accepted += 1
    this.#digest.add(transaction.id)
  }

  /**
   * Enters the transactions of a vertex into their conflict sets.
   * @param exceptions what this node votes against; out of the store it is all that tells of a choice whose rival is not back yet
   * @returns how many of them are undecided, and those that other vertices carry as well
   */
  enter(
    vertex: Vertex,
    exceptions: readonly number[],
    effects: Effect[],
  ): { readonly undecided: number; readonly shared: readonly Member[] } {
    const { spent, sets, mempool } = this.choices
    const shared: Member[] = []
    let undecided = 0
    vertex.transactions.forEach((transaction, position) => {
      const spentBy = spent.accepted(transaction)
      if (spentBy === undefined) {
        undecided += 1
        const isFor = !exceptions.includes(position)
        const choice = mempool.of(transaction) ?? (isFor ? transaction.id : unknownRival)
        const member = sets.add(transaction, vertex.id, position, choice)
        const set = sets.of(transaction)!
        if (isFor && set.ownVote === unknownRival) set.ownVote = transaction.id
        if (member.carriers.length > 1) shared.push(member)
      }
      mempool.remove(transaction)
      if (spentBy !== undefined && spentBy !== transaction.id) this.#reject(transaction, effects)
    })
    return { undecided, shared }
  }

  /** A set is decided as a whole: its winner is accepted and every other member rejected. @returns all its members */
  accept(transaction: Transaction, effects: Effect[]): Member[] {
    const { sets, spent, mempool } = this.choices
    const members = [...(sets.of(transaction)?.members.values() ?? [])]
    sets.remove(transaction)
    spent.accept(transaction)
    this.#accepted += 1
    this.#digest.add(transaction.id)
    this.#decide(transaction, 'accepted', effects)
    for (const member of members) {
      if (member.transaction.id !== transaction.id) this.#reject(member.transaction, effects)
    }
    const rival = mempool.removeRival(transaction)
    if (rival) this.#reject(rival, effects)
    return members
  }

  /** Positions of a vertex that this node votes against as its choices stand. */
  exceptionsOn(vertex: Vertex): number[] {
    return exceptionsOn(vertex.transactions, this.choices)
  }

  #reject(transaction: Transaction, effects: Effect[]): void {
    if (this.choices.spent.reject(transaction)) this.#decide(transaction, 'rejected', effects)
  }

  #decide(transaction: Transaction, outcome: Outcome, effects: Effect[]): void {
    effects.push({ kind: 'decide', sequence: this.#decisions, transaction, outcome })
    this.#decisions += 1
  }
}
