import type { DigestEvent, EvidenceEvent, NodeStatusEvent } from '../event.ts'
import type { Seen } from '../seen.ts'

/** The client half of a system: how the driver talks to its nodes, by their index. */
export interface Client extends AsyncDisposable {
  /** Whether a node takes part yet. Never throws. */
  health(node: number, signal: AbortSignal): Promise<Health>
  /** Offers a batch to a node. Never throws: every trouble is an outcome. */
  submit(node: number, batch: Batch, signal: AbortSignal): Promise<SubmissionOutcome>
  /**
   * Follows the decisions of a node until the stream ends for whatever reason.
   * @returns the reason
   */
  decisions(node: number, reader: DecisionReader): Promise<string>
  /**
   * @param isPatient whether the signal alone bounds the time of the answer
   * @throws Error naming what was wrong with the answer
   */
  digest(node: number, signal: AbortSignal, isPatient?: boolean): Promise<DigestEvent>
  /** @throws Error naming what was wrong with the answer */
  status(node: number, signal: AbortSignal, isPatient?: boolean): Promise<NodeStatusEvent>
  /** What a node holds against its peers. @throws Error naming what was wrong with the answer */
  evidence(node: number, signal: AbortSignal): Promise<EvidenceEvent>
  /** What a node observed of its peers, without vertices younger than this. @throws Error naming what was wrong with the answer */
  seen(node: number, ageMs: number, signal: AbortSignal): Promise<Seen>
}

export interface Health {
  readonly isReady: boolean
  /** Nothing answers at all. */
  readonly isAbsent: boolean
  readonly missing: string
}

/** Transactions as the workload prepared them: a JSON array as in docs/contract.md. */
interface Batch {
  readonly body: Buffer
  readonly size: number
}

/** What came of a batch. */
export interface SubmissionOutcome {
  /** ok: taken, except what was refused; failed: surely nothing was taken; unknown: no telling. */
  readonly result: 'ok' | 'failed' | 'unknown'
  /** Positions in the batch. */
  readonly refused: readonly { readonly position: number; readonly code: string }[]
  readonly error?: string
  /** The answer is none that the contract allows; `error` says why. */
  readonly isOutside?: true
}

/** A decision of a node. */
export interface Decision {
  readonly sequence: number
  /** Workload index, or -1 when the workload never made it. */
  readonly index: number
  readonly isAccepted: boolean
  /** The id as the node wrote it, for transactions that are not of the workload. */
  readonly id?: string
}

export interface DecisionReader {
  /** The first sequence that is wanted. */
  readonly from: number
  /** A second stream of the same node, next to the one that stays open. */
  readonly isReread?: boolean
  readonly onOpen: () => void
  /** The stream ends because of something that the contract does not allow. */
  readonly onOutside?: (message: string) => void
  /** The decisions of one piece of the stream, in order; called as soon as it arrives. */
  readonly onDecisions: (decisions: readonly Decision[]) => void
  readonly signal: AbortSignal
}
