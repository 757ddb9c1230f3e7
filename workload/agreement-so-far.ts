import { BitSet } from './bit-set.ts'

/**
 * What correct nodes have told so far, as far as they contradict each other: one accepted a transaction that another one rejected, or both
 * sides of a double-spend were accepted. Two bits a transaction, for whoever watches a run; the verdict comes from the history.
 */
export interface AgreementSoFar {
  /** A decision that a correct node had not told before. @param rival the other side of a double-spend */
  note(decision: { index: number; rival: number | undefined; isAccepted: boolean }): void
  /** Transactions that were decided both ways. */
  readonly splits: number
  /** Double-spends of which one side was accepted, or both. */
  readonly doubleSpends: { readonly accepted: number; readonly violated: number }
}

export function createAgreementSoFar(): AgreementSoFar {
  const accepted = new BitSet()
  const rejected = new BitSet()
  const doubleSpends = { accepted: 0, violated: 0 }
  let splits = 0
  return {
    note: ({ index, rival, isAccepted }) => {
      const [same, other] = isAccepted ? [accepted, rejected] : [rejected, accepted]
      if (!same.add(index)) return
      if (other.has(index)) splits += 1
      if (!isAccepted || rival === undefined) return
      if (accepted.has(rival)) {
        doubleSpends.accepted -= 1
        doubleSpends.violated += 1
      } else doubleSpends.accepted += 1
    },
    get splits() {
      return splits
    },
    doubleSpends,
  }
}
