import type { Store, StoreOperation } from './ports.ts'

/**
 * Group commit: operations that arrive while a write is under way go into the next one. What must not happen
 * before they are safe (a vote leaving the node, an answer to a client) is handed along and runs after the write,
 * in order.
 */
export class Committer {
  readonly #store: Store
  readonly #onError: (error: unknown) => void
  #operations: StoreOperation[] = []
  #after: (() => void)[] = []
  #writing: Promise<void> | undefined

  constructor(store: Store, onError: (error: unknown) => void) {
    this.#store = store
    this.#onError = onError
  }

  add(operations: readonly StoreOperation[], after: readonly (() => void)[]): void {
    this.#operations.push(...operations)
    this.#after.push(...after)
    this.#writing ??= this.#writeAll()
  }

  /** Resolves when everything added so far is written. */
  async drain(): Promise<void> {
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    try {
      // One turn of the microtask queue lets all effects of one input share a write.
      await Promise.resolve()
      while (this.#after.length > 0 || this.#operations.length > 0) {
        const operations = this.#operations
        const after = this.#after
        this.#operations = []
        this.#after = []
        if (operations.length > 0) await this.#store.write(operations)
        for (const action of after) action()
      }
    } catch (error) {
      // A store that cannot write is the end of a node: going on would mean forgetting votes.
      this.#onError(error)
    } finally {
      this.#writing = undefined
    }
  }
}
