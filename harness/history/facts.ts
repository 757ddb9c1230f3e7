import type { DigestEvent, NodeStatusEvent } from '../../model/event.ts'
import type { OutcomeTable } from './outcome-table.ts'
import type { Witnesses } from './witnesses.ts'

/**
 * Who accepted what and when, folded from a history by one pass (fold.ts): what the verdict, the report and comparisons all rest on. A
 * transaction is its workload index, a node its index.
 */
export interface Facts {
  readonly transactions: TransactionFacts
  /** The correct nodes: what a Byzantine one reports counts for nothing. */
  readonly nodes: readonly NodeFacts[]
  /** Decisions reported by all correct nodes together, those that were read again left out. */
  readonly decisionCount: number
  /** Transactions that the workload never made. */
  readonly foreign: {
    readonly accepted: Witnesses<ForeignWitness>
    readonly rejected: Witnesses<ForeignWitness>
  }
  /** When the measured load began and ended, by the most exact lines there are. */
  readonly load: { readonly beganAt: number; readonly endedAt: number } | undefined
  /** The load before the measured one: when it began and was planned to end. Undefined where there was none. */
  readonly warmup: { readonly beganAt: number; readonly endsAt: number } | undefined
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
    | {
        readonly outcomes: OutcomeTable
        readonly acceptedCount: number
        readonly count: number
        /** Where it goes on behind decisions that the node had reported, without these. */
        readonly holes: Witnesses<HoleWitness>
      }
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

/** A log that has nothing from one sequence on, up to the next that it has. */
export interface HoleWitness {
  readonly node: number
  readonly first: number
  readonly next: number
}

export interface ForeignWitness {
  readonly node: number
  readonly sequence: number
  readonly id: string
}

/** Whether a transaction was due in the measured load: those of the warm-up are judged, and in no figure. */
export function isMeasured(
  { transactions, warmup }: Pick<Facts, 'transactions' | 'warmup'>,
  index: number,
): boolean {
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
