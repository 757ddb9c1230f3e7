import type {
  BeginEvent,
  EndEvent,
  EvidenceEvent,
  FaultEvent,
  HistoryEvent,
  NoteEvent,
} from '../../model/event.ts'
import type { Report, Series, Slope } from '../../model/report.ts'
import { finality } from '../history/finality.ts'
import { Fold } from '../history/fold.ts'
import { distribution } from '../history/ranks.ts'
import { NodeGrid } from './node-grid.ts'
import { Resources } from './resources.ts'
import { StageTable } from './stage-table.ts'
import { TimeSeries } from './time-series.ts'

/** Accepted transactions of a node are counted by the second at first. */
const acceptedWidthMs = 1000
/** Notes of a report; a run of days can write thousands. */
const notesMax = 100
/** Points of a distribution function, without those of its percentiles. */
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
  readonly #nameOf: (node: number) => string
  readonly #fold: Fold
  readonly #stages = new StageTable()
  readonly #series = new TimeSeries()
  readonly #accepted: NodeGrid
  readonly #resources: Resources
  readonly #faults: FaultEvent[] = []
  readonly #evidence: EvidenceEvent[] = []
  readonly #notes: NoteEvent[] = []
  #notesLeftOut = 0
  #begin: BeginEvent | undefined
  #end: EndEvent | undefined

  constructor(nodeCount: number, nameOf: (node: number) => string, byzantine: readonly number[] = []) {
    this.#nameOf = nameOf
    this.#accepted = new NodeGrid(nodeCount, acceptedWidthMs)
    this.#resources = new Resources(nodeCount)
    this.#fold = new Fold({
      ...{ nodeCount, byzantine },
      onAccepted: ({ node, at }) => {
        const ms = this.#sinceLoad(at)
        if (ms !== undefined) this.#accepted.add(node, ms, 1)
      },
    })
  }

  add(event: HistoryEvent): void {
    this.#fold.add(event)
    switch (event.type) {
      case 'begin':
        this.#begin = event
        break
      case 'end':
        this.#end = event
        break
      case 'stage':
        this.#stages.add(event)
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
        this.#resources.add(event, this.#sinceLoad(event.at), this.#fold.times.isLoad(event.at))
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
      case 'evidence':
        if (this.#fold.isCorrect(event.node)) this.#evidence.push(event)
        break
      case 'transactions':
      case 'submission':
      case 'decisions':
      case 'foreign-decision':
      case 'container':
        // Folded above.
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
    const fold = this.#fold
    const { beganAt, firstBeganAt, load, warmup } = fold.times
    const loadMs = load === undefined ? null : Math.round(load.endedAt - load.beganAt)
    const warmupMs = warmup === undefined ? 0 : warmup.endsAt - warmup.beganAt
    const hasLoad = fold.transactions.count > 0 && beganAt !== undefined
    return {
      begin: this.#begin,
      end: this.#end,
      beganAt,
      loadMs,
      warmupMs,
      stages: this.#stages.rows(),
      faults: this.#faults,
      evidence: this.#evidence,
      series: hasLoad
        ? this.#series.series(fold, {
            originAt: firstBeganAt!,
            loadMs: loadMs === null ? null : warmupMs + loadMs,
          })
        : null,
      distribution: hasLoad
        ? {
            finalityMs: distribution(finality(fold, 'first'), distributionPoints),
            finalityAllMs: distribution(finality(fold, 'all'), distributionPoints),
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
    const { firstBeganAt } = this.#fold.times
    return firstBeganAt === undefined ? undefined : at - firstBeganAt
  }
}
