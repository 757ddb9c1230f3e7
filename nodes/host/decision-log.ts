import type { Decision, Store } from './ports.ts'
import { decisionKey, decodeDecision, endOf, prefixes } from './records.ts'

/** Newest decisions kept in memory: readers that keep up never touch the store. */
const recentLimit = 4_096
const chunk = 1_024

/**
 * The node's decisions in local order, for readers that follow it. A reader that is slow, or starts early, is served
 * from the store; nothing is buffered for it.
 */
export class DecisionLog {
  readonly #store: Store
  #recent: Decision[] = []
  #length = 0
  #waiting = new Set<() => void>()

  constructor(store: Store) {
    this.#store = store
  }

  /** Tells the log how many decisions the store already holds. */
  restored(length: number): void {
    this.#length = length
  }

  /** Adds decisions that are in the store now. */
  append(decision: Decision): void {
    this.#recent.push(decision)
    this.#length += 1
    if (this.#recent.length > 2 * recentLimit) this.#recent = this.#recent.slice(-recentLimit)
    // Most of a vertex' decisions find that the first of them has woken all readers.
    if (this.#waiting.size === 0) return
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  async *read(from: number, signal: AbortSignal): AsyncIterable<readonly Decision[]> {
    let next = from
    let wake = () => {}
    // Once a reader: listeners of a signal cost more than all else that a decision does here.
    const onAbort = () => wake()
    signal.addEventListener('abort', onAbort)
    try {
      while (!signal.aborted) {
        if (next >= this.#length) {
          await new Promise<void>(resolve => {
            wake = resolve
            this.#waiting.add(resolve)
          })
          this.#waiting.delete(wake)
          continue
        }
        const decisions = await this.#slice(next)
        if (decisions.length === 0) continue
        next += decisions.length
        yield decisions
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  async #slice(from: number): Promise<readonly Decision[]> {
    const first = this.#length - this.#recent.length
    if (from >= first) return this.#recent.slice(from - first, from - first + chunk)
    const decisions: Decision[] = []
    const range = { from: decisionKey(from), to: endOf(prefixes.decisions), limit: chunk }
    for await (const [, value] of this.#store.entries(range)) {
      const { id, outcome, atMs } = decodeDecision(value)
      const sequence = from + decisions.length
      // Written but not announced yet: its turn comes.
      if (sequence >= this.#length) break
      decisions.push({ sequence, transaction: id, outcome, atMs })
    }
    return decisions
  }
}
