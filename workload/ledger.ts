import { type AgreementSoFar, createAgreementSoFar } from './agreement-so-far.ts'
import { BitSet } from './bit-set.ts'
import { createColumn } from './column.ts'
import type { ScheduledTransaction } from './schedule.ts'
import { createTransactionIndex, type TransactionIndex } from './transaction-index.ts'

/**
 * What the driver knows of every transaction and of every node's decisions: a few bytes for each transaction and one
 * bit for each transaction and node. A transaction that was sent is never forgotten.
 */
export interface Ledger {
  readonly ids: TransactionIndex
  readonly nodeCount: number
  /** Those whose decisions count. */
  readonly correctCount: number
  /** Nodes whose decisions count for nothing. */
  readonly byzantine: ReadonlySet<number>
  add(id: Uint8Array, transaction: ScheduledTransaction): void
  /** All that it takes to sign and send it again. */
  entry(index: number): ScheduledTransaction
  isContested(index: number): boolean

  /** Marks it as sent once or again; counts it when it is the first time. */
  sent(index: number): void
  /** The node that took it, or may have: it has to be decided from now on. */
  taken(index: number, node: number): void
  /** Whether a node took it, or may have. */
  isTaken(index: number): boolean
  /** Undecided transactions whose last taker is this node: nobody else may have heard of them. */
  undecidedAt(node: number): number[]

  /** @returns how many nodes have decided the transaction by now; 0 when this one had told so before */
  decided(decision: { index: number; node: number; isAccepted: boolean }): number
  isDecided(index: number): boolean
  /** What correct nodes have told, as far as it contradicts. */
  readonly agreement: AgreementSoFar
  /** Double-spends of which a side was taken and none is decided yet. */
  readonly contestedOpen: number
  /** An unconflicted transaction that was taken and that this node has not decided; undefined when there is none. */
  missingAt(node: number): number | undefined
  readonly counts: {
    readonly submitted: number
    /** Those of the submitted ones that are of the measured load, not of the warm-up. */
    readonly measured: number
    readonly decided: number
    readonly decidedEverywhere: number
  }
  /** Accepted transactions of the workload that this node has told of. */
  acceptedAt(node: number): number
}

const nobody = -1

export function createLedger(nodeCount: number, byzantine: ReadonlySet<number> = new Set()): Ledger {
  const correctCount = nodeCount - byzantine.size
  const ids = createTransactionIndex()
  const intended = createColumn(Float64Array)
  const owners = createColumn(Uint8Array)
  const nonces = createColumn(Uint32Array)
  const rivals = createColumn(Int32Array, nobody)
  const takers = createColumn(Int32Array, nobody)
  const deciders = createColumn(Uint16Array)
  const sentOnce = new BitSet()
  const due = new BitSet()
  /** Of each open double-spend the lower index. */
  const contestedOpen = new Set<number>()
  const setOf = (index: number) => Math.min(index, rivals.get(index))
  const decidedAt = Array.from({ length: nodeCount }, () => new BitSet())
  const acceptedAt = createColumn(Uint32Array)
  // Nothing before this position is missing at the node: decisions are for ever, so it only moves up, unless a
  // transaction with a smaller index is taken late.
  const searchFrom = createColumn(Uint32Array)
  const agreement = createAgreementSoFar()
  const counts = { submitted: 0, measured: 0, decided: 0, decidedEverywhere: 0 }

  return {
    ids,
    nodeCount,
    correctCount,
    byzantine,
    agreement,
    counts,
    add: (id, { index, intendedMs, owner, nonce, rival }) => {
      ids.add(id)
      intended.set(index, intendedMs)
      owners.set(index, owner)
      nonces.set(index, nonce)
      rivals.set(index, rival ?? nobody)
    },
    entry: index => {
      const rival = rivals.get(index)
      return {
        index,
        intendedMs: intended.get(index),
        owner: owners.get(index),
        nonce: nonces.get(index),
        ...(rival === nobody ? {} : { rival }),
      }
    },
    isContested: index => rivals.get(index) !== nobody,
    sent: index => {
      if (!sentOnce.add(index)) return
      counts.submitted++
      if (intended.get(index) >= 0) counts.measured++
    },
    taken: (index, node) => {
      takers.set(index, node)
      const rival = rivals.get(index)
      if (rival !== nobody && deciders.get(index) + deciders.get(rival) === 0) contestedOpen.add(setOf(index))
      if (rival !== nobody || !due.add(index)) return
      for (let other = 0; other < nodeCount; other++) {
        if (searchFrom.get(other) > index) searchFrom.set(other, index)
      }
    },
    isTaken: index => takers.get(index) !== nobody,
    undecidedAt: node => {
      const undecided: number[] = []
      for (let index = 0; index < takers.length; index++) {
        if (takers.get(index) === node && deciders.get(index) === 0) undecided.push(index)
      }
      return undecided
    },
    decided: ({ index, node, isAccepted }) => {
      if (!decidedAt[node]!.add(index)) return 0
      if (isAccepted) acceptedAt.add(node, 1)
      if (byzantine.has(node)) return 0
      const rival = rivals.get(index)
      agreement.note({ index, rival: rival === nobody ? undefined : rival, isAccepted })
      if (rival !== nobody) contestedOpen.delete(setOf(index))
      const count = deciders.add(index, 1)
      if (count === correctCount) counts.decidedEverywhere++
      if (count === 1) counts.decided++
      return count
    },
    get contestedOpen() {
      return contestedOpen.size
    },
    isDecided: index => deciders.get(index) > 0,
    missingAt: node => {
      const missing = due.firstMissingIn(decidedAt[node]!, searchFrom.get(node))
      searchFrom.set(node, missing ?? ids.size)
      return missing
    },
    acceptedAt: node => acceptedAt.get(node),
  }
}
