import type { HistoryEvent } from '../../model/event.ts'

/**
 * Ids of the transactions that findings name. An id is 32 bytes of chance, and those of a day would take more room than all that is
 * judged: they are learned in a second reading of the history, for the few that were asked for.
 */
export class Ids {
  readonly #known = new Map<number, string>()
  readonly #asked = new Set<number>()

  /** The id of a transaction by its index; empty as long as it was not learned. */
  of(index: number): string {
    const id = this.#known.get(index)
    if (id === undefined) this.#asked.add(index)
    return id ?? ''
  }

  get areMissing(): boolean {
    return this.#asked.size > 0
  }

  learn(event: HistoryEvent): void {
    if (event.type !== 'transactions') return
    for (const index of this.#asked) {
      const id = event.ids[index - event.first]
      if (id === undefined) continue
      this.#known.set(index, id)
      this.#asked.delete(index)
    }
  }
}
