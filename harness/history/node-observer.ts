import type { DecisionsEvent, DigestEvent, InstanceEvent, NodeStatusEvent } from '../../model/event.ts'
import type { DecisionWitness, HoleWitness, NodeFacts } from './facts.ts'
import { OutcomeTable, outcomes } from './outcome-table.ts'
import { WitnessList } from './witnesses.ts'

/** Folds what one node said, and what was said of it. */
export class NodeObserver implements NodeFacts {
  readonly node: number
  readonly outcomes = new OutcomeTable()
  readonly repeated = new WitnessList<DecisionWitness>()
  readonly changed = new WitnessList<DecisionWitness>()
  readonly gaps = new WitnessList<{ node: number; expected: number; got: number }>()
  acceptedCount = 0
  rejectedCount = 0
  digest: DigestEvent | undefined
  firstStatus: NodeStatusEvent | undefined
  lastStatus: NodeStatusEvent | undefined
  deaths = 0
  isDown = false
  ranOutOfMemory = false
  #reread: Reread | undefined
  /** Two sums over mixed indexes: a set fingerprint that does not depend on order. */
  readonly #sums = new Uint32Array(2)
  #next = 0
  /** Of decisions on transactions that are not of the workload, which are not read again. */
  readonly #skipped = new Set<number>()

  constructor(node: number) {
    this.node = node
  }

  get acceptedSet(): string {
    return `${this.acceptedCount}:${this.#sums[0]}:${this.#sums[1]}`
  }

  get reread(): NodeFacts['reread'] {
    return this.#reread
  }

  /** Notices a hole before this line. */
  beginLine({ sequence }: { readonly sequence: number }): void {
    if (sequence > this.#next) {
      const expected = this.#next
      this.gaps.add(() => ({ node: this.node, expected, got: sequence }))
    }
  }

  /** @returns whether this is the node's first word on the transaction */
  decide(sequence: number, index: number, isAccepted: boolean): boolean {
    const isRetold = sequence < this.#next
    this.#next = Math.max(this.#next, sequence + 1)
    const outcome = isAccepted ? outcomes.accepted : outcomes.rejected
    const before = this.outcomes.add(index, outcome)
    if (before === outcomes.none) {
      // A sequence that was told before now names something else: the log was rewritten.
      if (isRetold) this.changed.add(() => this.#witness(sequence, index))
      if (isAccepted) this.#accept(index)
      else this.rejectedCount++
      return true
    }
    if (before !== outcome) this.changed.add(() => this.#witness(sequence, index))
    else if (!isRetold) this.repeated.add(() => this.#witness(sequence, index))
    return false
  }

  /** A decision on a transaction that is not of the workload takes up a sequence too. */
  skip(sequence: number): void {
    this.beginLine({ sequence })
    this.#skipped.add(sequence)
    this.#next = Math.max(this.#next, sequence + 1)
  }

  addReread(event: DecisionsEvent, rejected: ReadonlySet<number> | undefined): void {
    if (event.sequence === 0 || !this.#reread) this.#reread = new Reread()
    const reread = this.#reread
    this.#findHole(reread, event.sequence)
    reread.next = event.sequence + event.transactions.length
    for (const index of event.transactions) {
      const isAccepted = !rejected?.has(index)
      reread.outcomes.add(index, isAccepted ? outcomes.accepted : outcomes.rejected)
      reread.count++
      if (isAccepted) reread.acceptedCount++
    }
  }

  setDigest(event: DigestEvent): void {
    this.digest = event
  }

  addStatus(event: NodeStatusEvent): void {
    this.firstStatus ??= event
    this.lastStatus = event
  }

  addContainer(event: InstanceEvent): void {
    if (event.state === 'oom') this.ranOutOfMemory = true
    else if (event.state === 'died') {
      this.deaths++
      this.isDown = true
    } else if (event.state === 'started') this.isDown = false
  }

  /** Notices that a log goes on behind decisions that had been told, without these. */
  #findHole({ holes, next }: Reread, sequence: number): void {
    const end = Math.min(sequence, this.#next)
    for (let missing = next; missing < end; missing++) {
      if (this.#skipped.has(missing)) continue
      holes.add(() => ({ node: this.node, first: missing, next: sequence }))
      return
    }
  }

  #accept(index: number): void {
    this.acceptedCount++
    this.#sums[0]! += mix(index, 0x9e3779b1)
    this.#sums[1]! += mix(index, 0x85ebca77)
  }

  #witness(sequence: number, index: number): DecisionWitness {
    return { node: this.node, sequence, transaction: index }
  }
}

/** A log as it was read once more. */
class Reread {
  readonly outcomes = new OutcomeTable()
  readonly holes = new WitnessList<HoleWitness>()
  acceptedCount = 0
  count = 0
  /** The sequence that an unbroken log has next. */
  next = 0
}

/** Spreads an index over 32 bits (the finaliser of MurmurHash3), differently for each salt. */
function mix(index: number, salt: number): number {
  let bits = Math.imul(index + 1, salt)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
