import type { Store, StoreOperation } from './ports.ts'

/** A Store without a disk, for tests and the simulator. Survives nothing. Keys are kept sorted; reads are binary searches. */
export class MemoryStore implements Store {
  readonly #values = new Map<string, Uint8Array>()
  /** Sorted keys; undefined when a new key came in since the last range read, so that writing in bulk stays linear. */
  #sorted: string[] | undefined = []
  #open = true

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#assertOpen()
    return this.#values.get(key)
  }

  async write(operations: readonly StoreOperation[]): Promise<void> {
    this.#assertOpen()
    for (const operation of operations) {
      if (operation.kind === 'put') {
        if (!this.#values.has(operation.key)) this.#sorted = undefined
        this.#values.set(operation.key, Uint8Array.from(operation.value))
      } else if (this.#values.delete(operation.key)) this.#sorted = undefined
    }
  }

  async *entries(range: {
    from: string
    to: string
    limit?: number
  }): AsyncGenerator<readonly [string, Uint8Array]> {
    this.#assertOpen()
    const keys = this.#sortedKeys()
    let left = range.limit ?? Number.POSITIVE_INFINITY
    for (let at = firstNotBelow(keys, range.from); at < keys.length && left > 0; at++, left--) {
      const key = keys[at] as string
      if (key >= range.to) return
      const value = this.#values.get(key)
      // Deleted while the reader was waiting.
      if (value === undefined) left++
      else yield [key, value]
    }
  }

  async close(): Promise<void> {
    this.#open = false
  }

  #sortedKeys(): readonly string[] {
    this.#sorted ??= [...this.#values.keys()].sort()
    return this.#sorted
  }

  #assertOpen(): void {
    if (!this.#open) throw new Error('the store is closed')
  }
}

function firstNotBelow(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}
