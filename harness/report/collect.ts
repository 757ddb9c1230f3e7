import type {
  BeginEvent,
  ContainerEvent,
  DecisionsEvent,
  EndEvent,
  EvidenceEvent,
  FaultEvent,
  HistoryEvent,
  NoteEvent,
  StageEvent,
  SubmissionEvent,
  TransactionsEvent,
} from '../../model/event.ts'
import type { Report, Series, Slope } from '../../model/report.ts'
import { Latency } from './latency.ts'
import { NodeGrid } from './node-grid.ts'
import { PendingTransactions } from './pending.ts'
import { Resources } from './resources.ts'
import { StageTable } from './stage-table.ts'
import { TimeSeries } from './time-series.ts'

/** Accepted transactions of a node are counted by the second at first. */
const acceptedWidthMs = 1000
/** Notes of a report; a run of days can write thousands. */
const notesMax = 100
/** Points of a distribution function. */
const distributionPoints = 300

/** A history folded into what a report shows; room that does not grow with its length. */
export interface Collected {
  readonly begin: BeginEvent | undefined
  readonly end: EndEvent | undefined
  /** Of the measured load. */
  readonly beganAt: number | undefined
  readonly loadMs: number | null
  /** Of the load before it, with which series and grids begin. */
  readonly warmupMs: number
  readonly stages: Report['stages']
  readonly faults: readonly FaultEvent[]
  /** What correct nodes saw their peers do. */
  readonly evidence: readonly EvidenceEvent[]
  readonly series: Series | null
  readonly distribution: Report['distribution']
  readonly grids: Report['grids']
  readonly slopes: readonly Slope[]
  readonly notes: readonly NoteEvent[]
  readonly notesLeftOut: number
}

/**
 * Folds the events of a run, in the order of the history. It says how things went over time; whether they were right is
 * for the checkers, which see the same history.
 */
export class Collector {
  /** Nodes whose decisions count for nothing. */
  readonly #byzantine: ReadonlySet<number>
  readonly #correctCount: number
  readonly #nameOf: (node: number) => string
  readonly #stages = new StageTable()
  readonly #series = new TimeSeries()
  readonly #first = new Latency()
  readonly #everywhere = new Latency()
  readonly #accepted: NodeGrid
  readonly #resources: Resources
  readonly #pending: PendingTransactions
  readonly #down = new Set<number>()
  /** Next sequence of each node's log: what is told again is not counted again. */
  readonly #next: Float64Array
  readonly #faults: FaultEvent[] = []
  readonly #evidence: EvidenceEvent[] = []
  readonly #notes: NoteEvent[] = []
  #notesLeftOut = 0
  #begin: BeginEvent | undefined
  #end: EndEvent | undefined
  #isTornDown = false

  constructor(nodeCount: number, nameOf: (node: number) => string, byzantine: readonly number[] = []) {
    this.#byzantine = new Set(byzantine)
    this.#correctCount = nodeCount - byzantine.length
    this.#nameOf = nameOf
    this.#accepted = new NodeGrid(nodeCount, acceptedWidthMs)
    this.#resources = new Resources(nodeCount)
    this.#next = new Float64Array(nodeCount)
    this.#pending = new PendingTransactions(this.#correctCount, {
      onFirst: (intendedMs, acceptedMs) => {
        if (this.#isMeasured(intendedMs)) this.#first.add(acceptedMs - intendedMs)
        this.#series.addFirst(intendedMs, acceptedMs - intendedMs)
      },
      onEverywhere: (intendedMs, acceptedMs) => {
        if (this.#isMeasured(intendedMs)) this.#everywhere.add(acceptedMs - intendedMs)
        this.#series.addEverywhere(intendedMs, acceptedMs - intendedMs)
      },
    })
  }

  add(event: HistoryEvent): void {
    switch (event.type) {
      case 'begin':
        this.#begin = event
        break
      case 'end':
        this.#end = event
        break
      case 'stage':
        this.#onStage(event)
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
      case 'container':
        this.#onContainer(event)
        break
      case 'fault':
        this.#faults.push(event)
        break
      case 'driver': {
        const ms = this.#sinceLoad(event.at)
        if (ms !== undefined) this.#series.addLag(ms, event.lagP99Ms)
        break
      }
      case 'resources':
        this.#resources.add(event, this.#sinceLoad(event.at), this.#stages.isLoad(event.at))
        break
      case 'noise': {
        const ms = this.#sinceLoad(event.at - event.forMs / 2)
        if (ms !== undefined && ms >= 0) this.#series.addNoise(ms, event)
        break
      }
      case 'note':
        if (this.#notes.length < notesMax) this.#notes.push(event)
        else this.#notesLeftOut++
        break
      case 'foreign-decision':
        // It takes up a sequence too.
        this.#passSequence(event.node, event.sequence)
        break
      case 'evidence':
        if (!this.#byzantine.has(event.node)) this.#evidence.push(event)
        break
      case 'digest':
      case 'node-status':
      case 'noise-unobservable':
      case 'clock':
      case 'step':
      case 'epoch':
        // Of the checkers alone.
        break
      default:
        event satisfies never
    }
  }

  finish(): Collected {
    const down = [...this.#down].filter(node => !this.#byzantine.has(node)).length
    this.#pending.drain(this.#correctCount - down, (intendedMs, isAccepted) => {
      if (this.#isMeasured(intendedMs)) {
        this.#everywhere.addLost()
        if (!isAccepted) this.#first.addLost()
      }
      this.#series.addLost(intendedMs, isAccepted)
    })
    const { loadMs, beganAt, warmupMs } = this.#stages
    const hasLoad = this.#pending.declared > 0 && beganAt !== undefined
    return {
      begin: this.#begin,
      end: this.#end,
      beganAt,
      loadMs,
      warmupMs,
      stages: this.#stages.rows(),
      faults: this.#faults,
      evidence: this.#evidence,
      series: hasLoad ? this.#series.series(loadMs === null ? null : warmupMs + loadMs) : null,
      distribution: hasLoad
        ? {
            finalityMs: this.#first.distribution(distributionPoints),
            finalityAllMs: this.#everywhere.distribution(distributionPoints),
          }
        : null,
      grids: { acceptedTps: hasLoad ? this.#accepted.rates() : null, ...this.#resources.grids() },
      slopes: this.#resources.slopes(this.#nameOf),
      notes: this.#notes,
      notesLeftOut: this.#notesLeftOut,
    }
  }

  /** Milliseconds since the begin of the load, its warm-up included; undefined before it. */
  #sinceLoad(at: number): number | undefined {
    const { firstBeganAt } = this.#stages
    return firstBeganAt === undefined ? undefined : at - firstBeganAt
  }

  /** Whether a time since the begin of the load is after its warm-up, as precisely as the history has times. */
  #isMeasured(ms: number): boolean {
    return Math.round(ms * 10) >= Math.round(this.#stages.warmupMs * 10)
  }

  #onStage(event: StageEvent): void {
    this.#stages.add(event)
    // The teardown ends every container; that says nothing of the nodes.
    if (event.stage === 'teardown') this.#isTornDown = true
  }

  #onTransactions({ first, ids, conflicts = [] }: TransactionsEvent): void {
    this.#pending.declare(first + ids.length)
    for (const pair of conflicts) for (const index of pair) this.#pending.markConflicted(index)
  }

  #onSubmission({ transactions, intendedAt }: SubmissionEvent): void {
    for (const [position, index] of transactions.entries()) {
      const ms = this.#sinceLoad(intendedAt[position]!)
      if (ms !== undefined && this.#pending.send(index, ms)) this.#series.intend(ms)
    }
  }

  #onDecisions({ at, node, sequence, transactions, rejected, reread }: DecisionsEvent): void {
    const ms = this.#sinceLoad(at)
    const next = this.#next[node]
    if (reread || ms === undefined || next === undefined) return
    const counts = !this.#byzantine.has(node)
    const isRejected = rejected && new Set(rejected)
    for (let offset = Math.max(0, next - sequence); offset < transactions.length; offset++) {
      const index = transactions[offset]!
      if (!isRejected?.has(index)) this.#accepted.add(node, ms, 1)
      if (!counts) continue
      if (isRejected?.has(index)) this.#pending.reject(index)
      else if (this.#pending.accept(index, ms)) this.#series.accept(ms)
    }
    this.#passSequence(node, sequence + transactions.length - 1)
  }

  #passSequence(node: number, sequence: number): void {
    const next = this.#next[node]
    if (next !== undefined && sequence >= next) this.#next[node] = sequence + 1
  }

  #onContainer({ node, state }: ContainerEvent): void {
    if (this.#isTornDown) return
    if (state === 'started') this.#down.delete(node)
    else if (state === 'died') this.#down.add(node)
  }
}
