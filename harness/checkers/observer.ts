import type {
  DriverEvent,
  EvidenceEvent,
  FaultEvent,
  HistoryEvent,
  InstanceEvent,
  NoteEvent,
} from '../../model/event.ts'
import { Fold } from '../history/fold.ts'
import { WitnessList } from '../history/witnesses.ts'
import { ClockTrack } from './clock-track.ts'
import { NoiseTrack } from './noise-track.ts'
import type { Observations } from './observations.ts'
import { createResourceWindow } from './resource-window.ts'

/** Folds the events of a run into observations, in the order of the history. */
export class Observer {
  readonly #fold: Fold
  readonly #resources: ReturnType<typeof createResourceWindow>
  readonly #errors = new WitnessList<NoteEvent>()
  readonly #driver: DriverEvent[] = []
  readonly #faults: FaultEvent[] = []
  readonly #containers: InstanceEvent[] = []
  readonly #evidence: EvidenceEvent[] = []
  readonly #noise = new NoiseTrack()
  readonly #clocks = new ClockTrack()
  #noiseUnobservable: string | undefined
  #begin: Observations['begin']
  #end: Observations['end']

  /** @param byzantine nodes whose words count for nothing */
  constructor(nodeCount: number, byzantine: readonly number[] = []) {
    this.#fold = new Fold({ nodeCount, byzantine })
    this.#resources = createResourceWindow(this.#fold.times)
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
      case 'evidence':
        if (this.#fold.isCorrect(event.node)) this.#evidence.push(event)
        break
      case 'container':
        if (!this.#fold.times.isTornDown) this.#containers.push(event)
        break
      case 'fault':
        this.#faults.push(event)
        break
      case 'driver':
        // Of a warm-up it reports too, for whoever reads the history.
        if (event.at >= (this.#fold.warmup?.endsAt ?? event.at)) this.#driver.push(event)
        break
      case 'resources':
        this.#resources.add(event)
        break
      case 'noise':
        this.#noise.add(event)
        break
      case 'noise-unobservable':
        this.#noiseUnobservable = event.reason
        break
      case 'clock':
      case 'step':
      case 'epoch':
        this.#clocks.add(event)
        break
      case 'note':
        if (event.level === 'error' && !this.#fold.times.isTornDown) this.#errors.add(() => event)
        break
      case 'stage':
      case 'transactions':
      case 'submission':
      case 'decisions':
      case 'foreign-decision':
      case 'digest':
      case 'node-status':
        // Folded above.
        break
      default:
        event satisfies never
    }
  }

  finish(): Observations {
    const { transactions, ids, nodes, decisionCount, foreign, load, warmup, times } = this.#fold
    return {
      ...{ transactions, ids, nodes, decisionCount, foreign, load, warmup },
      readyMs: times.readyMs,
      begin: this.#begin,
      end: this.#end,
      driver: this.#driver,
      faults: this.#faults,
      containers: this.#containers,
      evidence: this.#evidence,
      resources: this.#resources.window(),
      noise: this.#noise,
      clocks: this.#clocks,
      noiseUnobservable: this.#noiseUnobservable,
      errors: this.#errors,
    }
  }
}
