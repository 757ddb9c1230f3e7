import type {
  BeginEvent,
  DriverEvent,
  EndEvent,
  EvidenceEvent,
  FaultEvent,
  InstanceEvent,
  NoteEvent,
  ResourcesEvent,
} from '../../model/event.ts'
import type { Facts } from '../history/facts.ts'
import type { Ids } from '../history/ids.ts'
import type { Witnesses } from '../history/witnesses.ts'
import type { ClockTrack } from './clock-track.ts'
import type { NoiseTrack } from './noise-track.ts'

/**
 * A history folded into what checkers ask of it, made by one pass of the observer (observer.ts). A transaction is its
 * workload index, a node its index. It is made to hold millions of decisions: numbers in typed arrays, two bits for
 * each decision.
 */
export interface Observations extends Facts {
  readonly begin: BeginEvent | undefined
  readonly end: EndEvent | undefined
  /** What findings name transactions by. */
  readonly ids: Ids
  /** From the beginning of create to the end of ready, milliseconds. */
  readonly readyMs: number | undefined
  /** Every step of every fault, in the order of the history. */
  readonly faults: readonly FaultEvent[]
  /** What the engine said of containers before the teardown, of Byzantine nodes as well. */
  readonly containers: readonly InstanceEvent[]
  /** What correct nodes saw their peers do, where there are Byzantine ones. */
  readonly evidence: readonly EvidenceEvent[]
  /** Reports of the driver during the measured load. */
  readonly driver: readonly DriverEvent[]
  /** The first and the last sample during the load; the first is from before it when there is only one. */
  readonly resources: {
    readonly first: ResourcesEvent | undefined
    readonly last: ResourcesEvent | undefined
  }
  /** What other programs took of the cores. */
  readonly noise: NoiseTrack
  /** Why there is nothing in it; undefined also for histories of versions that did not measure it. */
  readonly noiseUnobservable: string | undefined
  /** How the clocks of harness and driver went beside each other, and whether somebody set that on the wall. */
  readonly clocks: ClockTrack
  /** Errors noted before the teardown, a few of them. */
  readonly errors: Witnesses<NoteEvent>
}
