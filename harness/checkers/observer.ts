import type { EvidenceEvent, FaultEvent, HistoryEvent, InstanceEvent, NoteEvent } from '../../model/event.ts'
import { Fold } from '../history/fold.ts'
import { WitnessList } from '../history/witnesses.ts'
import { ClockTrack } from './clock-track.ts'
import { NoiseTrack } from './noise-track.ts'
import type { Observations } from './observations.ts'
import { createResourceWindow } from './resource-window.ts'

/** Folds events into observations, in the order of the history. */
export interface Observer {
  add(event: HistoryEvent): void
  finish(): Observations
}

/** @param byzantine nodes whose words count for nothing */
export function createObserver(nodeCount: number, byzantine: readonly number[] = []): Observer {
  const fold = new Fold({ nodeCount, byzantine })
  const { times } = fold
  const errors = new WitnessList<NoteEvent>()
  const driver: Observations['driver'][number][] = []
  const faults: FaultEvent[] = []
  const containers: InstanceEvent[] = []
  const evidence: EvidenceEvent[] = []
  const resources = createResourceWindow(times)
  const noise = new NoiseTrack()
  const clocks = new ClockTrack()
  let noiseUnobservable: string | undefined
  let begin: Observations['begin']
  let end: Observations['end']

  return {
    add: event => {
      fold.add(event)
      switch (event.type) {
        case 'begin':
          begin = event
          break
        case 'end':
          end = event
          break
        case 'evidence':
          if (fold.isCorrect(event.node)) evidence.push(event)
          break
        case 'container':
          if (!times.isTornDown) containers.push(event)
          break
        case 'fault':
          faults.push(event)
          break
        case 'driver':
          // Of a warm-up it reports too, for whoever reads the history.
          if (event.at >= (times.warmup?.endsAt ?? event.at)) driver.push(event)
          break
        case 'resources':
          resources.add(event)
          break
        case 'noise':
          noise.add(event)
          break
        case 'noise-unobservable':
          noiseUnobservable = event.reason
          break
        case 'clock':
        case 'step':
        case 'epoch':
          clocks.add(event)
          break
        case 'note':
          if (event.level === 'error' && !times.isTornDown) errors.add(() => event)
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
    },
    finish: () => ({
      begin,
      end,
      transactions: fold.transactions,
      ids: fold.ids,
      nodes: fold.nodes,
      decisionCount: fold.decisionCount,
      foreign: fold.foreign,
      load: times.load,
      warmup: times.warmup,
      readyMs: times.readyMs,
      driver,
      faults,
      containers,
      evidence,
      resources: resources.window(),
      noise,
      clocks,
      noiseUnobservable,
      errors,
    }),
  }
}
