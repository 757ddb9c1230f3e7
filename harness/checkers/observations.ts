import type {
  BeginEvent,
  ContainerEvent,
  DigestEvent,
  DriverEvent,
  EndEvent,
  EvidenceEvent,
  FaultEvent,
  NodeStatusEvent,
  NoteEvent,
  ResourcesEvent,
} from '../../model/event.ts'
import type { Ids } from '../history/ids.ts'
import type { OutcomeTable } from '../history/outcome-table.ts'
import type { Witnesses } from '../history/witnesses.ts'
import type { ClockTrack } from './clock-track.ts'
import type { NoiseTrack } from './noise-track.ts'

/**
 * A history folded into what checkers ask of it, made by one pass of the observer (observer.ts). A transaction is its
 * workload index, a node its index. It is made to hold millions of decisions: numbers in typed arrays, two bits for
 * each decision.
 */
export interface Observations {
  readonly begin: BeginEvent | undefined
  readonly end: EndEvent | undefined
  readonly transactions: TransactionFacts
  /** What findings name transactions by. */
  readonly ids: Ids
  /** The correct nodes: what a Byzantine one says is in the history and counts for nothing. */
  readonly nodes: readonly NodeFacts[]
  /** Decisions told by all nodes together, those that were read again left out. */
  readonly decisionCount: number
  /** Transactions that the workload never made. */
  readonly foreign: {
    readonly accepted: Witnesses<ForeignWitness>
    readonly rejected: Witnesses<ForeignWitness>
  }
  /** When the load began and ended, by the most exact lines there are. */
  readonly load: { readonly beganAt: number; readonly endedAt: number } | undefined
  /** The load before the measured one: when it began and was planned to end. Undefined where there was none. */
  readonly warmup: { readonly beganAt: number; readonly endsAt: number } | undefined
  /** From the beginning of create to the end of ready, milliseconds. */
  readonly readyMs: number | undefined
  /** Every step of every fault, in the order of the history. */
  readonly faults: readonly FaultEvent[]
  /** What the engine said of containers before the teardown, of Byzantine nodes as well. */
  readonly containers: readonly ContainerEvent[]
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

/** How a transaction was offered to nodes, as bits; none is 0. `full`: a node had no room for it. */
export const offers = { taken: 1, unknown: 2, failed: 4, refused: 8, full: 16 } as const

/** Refused for want of room each time it was offered: no node has promised anything for it. */
export function wasNeverAdmitted(bits: number): boolean {
  return (bits & offers.full) !== 0 && (bits & (offers.taken | offers.unknown)) === 0
}

export interface TransactionFacts {
  /** Transactions declared; indexes run from 0. */
  readonly count: number
  /** Empty until it was learned. */
  id(index: number): string
  /** The other side of a double-spend, or -1. */
  rival(index: number): number
  /** Bits of `offers` over all submissions; 0 when it was never sent. */
  offers(index: number): number
  /** When it was meant to be sent; NaN when it never was. */
  intendedAt(index: number): number
  /** First acceptance at any node: when it was seen and where. Infinity and -1 when there is none. */
  firstAcceptedAt(index: number): number
  firstAcceptedBy(index: number): number
  /** The latest among the nodes' acceptances so far; minus Infinity when there is none. */
  lastAcceptedAt(index: number): number
  /** Nodes that accepted it, and nodes that rejected it. */
  acceptedCount(index: number): number
  rejectedCount(index: number): number
}

export interface NodeFacts {
  readonly node: number
  readonly outcomes: OutcomeTable
  readonly acceptedCount: number
  readonly rejectedCount: number
  /** Equal for equal sets of accepted workload transactions, whatever their order. */
  readonly acceptedSet: string
  /** Decided again, the same way, under a new sequence. */
  readonly repeated: Witnesses<DecisionWitness>
  /** Decided otherwise than before, or told otherwise under the same sequence. */
  readonly changed: Witnesses<DecisionWitness>
  /** Sequences that nobody saw: the evidence has a hole there. */
  readonly gaps: Witnesses<{ readonly node: number; readonly expected: number; readonly got: number }>
  /** The log as it was read again after a restart. */
  readonly reread:
    | { readonly outcomes: OutcomeTable; readonly acceptedCount: number; readonly count: number }
    | undefined
  readonly digest: DigestEvent | undefined
  readonly firstStatus: NodeStatusEvent | undefined
  /** The latest status; the same as the first when there is only one. */
  readonly lastStatus: NodeStatusEvent | undefined
  /** Deaths of the container before the teardown, and whether it is dead at the end. */
  readonly deaths: number
  readonly isDown: boolean
  readonly ranOutOfMemory: boolean
}

export interface DecisionWitness {
  readonly node: number
  readonly sequence: number
  readonly transaction: number
}

export interface ForeignWitness {
  readonly node: number
  readonly sequence: number
  readonly id: string
}

/** Whether a transaction was due in the measured load: those of the warm-up are judged, and in no figure. */
export function isMeasured({ transactions, warmup }: Observations, index: number): boolean {
  return warmup === undefined || transactions.intendedAt(index) >= warmup.endsAt
}

/** Whether a node restarted during the run, by its own word or the engine's. */
export function hasRestarted(node: NodeFacts): boolean {
  const { firstStatus, lastStatus } = node
  if (node.deaths > 0 && !node.isDown) return true
  if (!lastStatus) return false
  if (!firstStatus) return lastStatus.storage.opens > 1
  return (
    firstStatus.startedAt !== lastStatus.startedAt || firstStatus.storage.opens !== lastStatus.storage.opens
  )
}
