import { MemoryStore } from '../nodes/host/memory-store.ts'
import type { StoreOperation } from '../nodes/host/ports.ts'

/**
 * A store on a disk whose writes are not synced: a process crash loses nothing, because the kernel has it all; a power failure loses the
 * newest writes, whole batches of them, as a write-ahead log that was not synced does.
 */
export class PowerLossStore extends MemoryStore {
  /** What each batch replaced, oldest first. */
  readonly #undo: StoreOperation[][] = []

  get batches(): number {
    return this.#undo.length
  }

  override async write(operations: readonly StoreOperation[]): Promise<void> {
    const undo: StoreOperation[] = []
    for (const { key } of operations) {
      const value = await this.get(key)
      undo.push(value === undefined ? { kind: 'delete', key } : { kind: 'put', key, value })
    }
    this.#undo.push(undo.reverse())
    await super.write(operations)
  }

  /** Forgets the newest batches. */
  async losePower(batches: number): Promise<void> {
    for (const undo of this.#undo.splice(-batches).reverse()) await super.write(undo)
  }
}
