/**
 * The record of a run: how it is written and read, and the one fold of it into who accepted what and when, with the one percentile over
 * that. It holds no judgement, no layout of a report and nothing of the driver's; all of those import it.
 */
import type {
  DecisionsEvent,
  ForeignDecisionEvent,
  HistoryEvent,
  SubmissionEvent,
  TransactionsEvent,
} from '../../model/event.ts'
import { type Facts, type ForeignWitness, offers } from './facts.ts'
import { Ids } from './ids.ts'
import { NodeObserver } from './node-observer.ts'
import { StageTimes } from './stage-times.ts'
import { TransactionTable } from './transaction-table.ts'
import { WitnessList } from './witnesses.ts'

/** Called when a node, a Byzantine one too, first reports a transaction, and as accepted. */
type OnAccepted = (accepted: {
  readonly node: number
  readonly transaction: number
  readonly at: number
}) => void

interface FoldOptions {
  readonly nodeCount: number
  /** Nodes whose decisions count for nothing. */
  readonly byzantine?: readonly number[] | undefined
  readonly onAccepted?: OnAccepted | undefined
}

/**
 * Folds the events of a run, in the order of the history, into who accepted what and when. Every reader of a history has it from here, so
 * that no two of them can disagree on what was accepted, or when.
 */
export class Fold implements Facts {
  readonly ids = new Ids()
  readonly times = new StageTimes()
  readonly transactions = new TransactionTable(this.ids)
  readonly nodes: readonly NodeObserver[]
  readonly foreign = {
    accepted: new WitnessList<ForeignWitness>(),
    rejected: new WitnessList<ForeignWitness>(),
  }
  decisionCount = 0
  readonly #all: readonly NodeObserver[]
  readonly #byzantine: ReadonlySet<number>
  readonly #onAccepted: OnAccepted | undefined

  constructor({ nodeCount, byzantine = [], onAccepted }: FoldOptions) {
    this.#byzantine = new Set(byzantine)
    this.#onAccepted = onAccepted
    this.#all = Array.from({ length: nodeCount }, (_, node) => new NodeObserver(node))
    this.nodes = this.#all.filter(({ node }) => !this.#byzantine.has(node))
  }

  get load(): Facts['load'] {
    return this.times.load
  }

  get warmup(): Facts['warmup'] {
    return this.times.warmup
  }

  isCorrect(node: number): boolean {
    return this.#all[node] !== undefined && !this.#byzantine.has(node)
  }

  add(event: HistoryEvent): void {
    switch (event.type) {
      case 'stage':
        this.times.add(event)
        break
      case 'transactions':
        this.#onTransactions(event)
        break
      case 'submission':
        this.#onSubmission(event)
        break
      case 'decisions':
        this.#onDecisions(event)
        break
      case 'foreign-decision':
        this.#onForeignDecision(event)
        break
      case 'digest':
        this.#all[event.node]?.setDigest(event)
        break
      case 'node-status':
        this.#all[event.node]?.addStatus(event)
        break
      case 'container':
        if (!this.times.isTornDown) this.#all[event.node]?.addContainer(event)
        break
      default:
      // Nothing else is about what became of transactions.
    }
  }

  #onTransactions({ first, ids, conflicts = [] }: TransactionsEvent): void {
    this.transactions.declare(first + ids.length)
    for (const [one, other] of conflicts) this.transactions.pair(one, other)
  }

  #onSubmission(event: SubmissionEvent): void {
    const bit = { ok: offers.taken, unknown: offers.unknown, failed: offers.failed }[event.result]
    const codes = new Map(event.refused?.map(({ transaction, code }) => [transaction, code]))
    const whole = event.error === 'HTTP 429' ? offers.full : bit
    for (const [position, index] of event.transactions.entries()) {
      const code = codes.get(index)
      const refusal = code === 'full' ? offers.full : offers.refused
      this.transactions.offer(index, code === undefined ? whole : refusal, event.intendedAt[position]!)
    }
  }

  #onDecisions(event: DecisionsEvent): void {
    const node = this.#all[event.node]
    if (!node) return
    const rejected = event.rejected && new Set(event.rejected)
    if (event.reread) node.addReread(event, rejected)
    else this.#onNews(node, event, rejected)
  }

  #onNews(node: NodeObserver, event: DecisionsEvent, rejected: ReadonlySet<number> | undefined): void {
    const counts = this.isCorrect(event.node)
    if (counts) this.decisionCount += event.transactions.length
    node.beginLine(event)
    for (const [offset, index] of event.transactions.entries()) {
      const isAccepted = !rejected?.has(index)
      if (counts) this.#noteForeign(event.node, event.sequence + offset, index, isAccepted)
      if (!node.decide(event.sequence + offset, index, isAccepted)) continue
      if (isAccepted) this.#onAccepted?.({ node: event.node, transaction: index, at: event.at })
      if (!counts) continue
      if (isAccepted) this.transactions.accept(index, event.node, event.at)
      else this.transactions.reject(index)
    }
  }

  #onForeignDecision({ node, sequence, transaction: id, outcome }: ForeignDecisionEvent): void {
    if (this.isCorrect(node)) this.foreign[outcome].add(() => ({ node, sequence, id }))
    // It takes up a sequence too.
    this.#all[node]?.skip(sequence)
  }

  /** The workload declares what it signs before anybody can decide it: beyond that, nothing is one of its transactions. */
  #noteForeign(node: number, sequence: number, index: number, isAccepted: boolean): void {
    if (index < this.transactions.count) return
    const witness = { node, sequence, id: `workload index ${index}` }
    this.foreign[isAccepted ? 'accepted' : 'rejected'].add(() => witness)
  }
}
