import native from '@nxtedition/rocksdb/binding.js'

/**
 * The native calls of RocksDB this project uses, without the abstract-level classes around them: those make a batch
 * object for every write, which only a full garbage collection frees (measured: 18 MB of them after 20,000 writes,
 * none this way, at half the CPU).
 */
export interface RocksBinding {
  db_init(location: string): Database
  db_open(database: Database, options: OpenOptions, callback: Callback): void
  db_close(database: Database, callback: Callback): void
  db_get_many_sync(
    database: Database,
    keys: readonly Buffer[],
    options: { readonly valueEncoding: 'buffer' },
  ): (Buffer | undefined)[]
  /** Rows are keys and values in turn. `finished` when the range has no more or the limit was reached. */
  db_query(
    database: Database,
    query: Query,
  ): { readonly rows: (string | Buffer)[]; readonly finished: boolean }
  db_get_property(database: Database, property: string): string
  batch_init(): Batch
  batch_put(batch: Batch, key: Buffer, value: Uint8Array, options: object): void
  batch_del(batch: Batch, key: Buffer, options: object): void
  batch_clear(batch: Batch): void
  batch_write(database: Database, batch: Batch, options: { readonly sync?: boolean }): void
}

export type Database = { readonly database: unique symbol }
export type Batch = { readonly batch: unique symbol }
export type Callback = (error: Error | null) => void

export interface OpenOptions {
  readonly createIfMissing: boolean
  readonly parallelism: number
  /** Bytes of block cache; 0 reads through the page cache, which the kernel shares and reclaims. */
  readonly cacheSize: number
  readonly compression: boolean
  readonly walCompression: boolean
  readonly compaction: 'level' | 'universal'
  /** A memtable is a quarter of it; two are merged on a flush. */
  readonly memtableMemoryBudget: number
}

interface Query {
  readonly gte?: string
  readonly gt?: string
  readonly lt: string
  readonly limit: number
  readonly highWaterMarkBytes: number
  readonly keyEncoding: 'utf8'
  readonly valueEncoding: 'buffer'
}

export const rocks = native as unknown as RocksBinding
