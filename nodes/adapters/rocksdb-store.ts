import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Store, StoreOperation } from '../host/ports.ts'
import { type Batch, type Callback, type Database, type OpenOptions, rocks } from './rocksdb-binding.ts'
import { inspectLog } from './write-ahead-log.ts'

/** Tuned for hundreds of small databases on one machine: memory is bounded by two memtables, not by defaults of 64 MB. */
const openOptions: OpenOptions = {
  createIfMissing: true,
  parallelism: 1,
  cacheSize: 0,
  // Hashes, keys and signatures do not compress.
  compression: false,
  walCompression: false,
  compaction: 'level',
  memtableMemoryBudget: 8 * 1024 * 1024,
}

/** A page of a range read: what is in memory of it at any time. */
const pageEntries = 256
const pageBytes = 256 * 1024

/** Sorts after every ASCII key. */
const pastEverything = '\u{10ffff}'

const noOptions = {}

/** The database is damaged: acknowledged data may be missing, so the node must not vote with it. */
export class StoreCorruptError extends Error {
  override readonly name = 'StoreCorruptError'
}

/** The database cannot be opened or written for a reason outside of it: in use, no space, no permission. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}

/** What opening found. */
export interface StoreVerification {
  readonly entries: number
  readonly bytes: number
  /** Bytes of a record that was being written when the process died; nobody was told it was there. */
  readonly tornLogBytes: number
  readonly milliseconds: number
}

/**
 * A Store on RocksDB. Opening verifies everything: each record of the write-ahead log and each entry with its checksum.
 * Writes and reads run on the calling thread: a write is one appended record (20 us), and a hop to a thread pool would
 * cost more than the work.
 */
export class RocksStore implements Store {
  readonly verification: StoreVerification
  readonly #database: Database
  /** Used again for every write. */
  readonly #batch: Batch = rocks.batch_init()
  #open = true

  private constructor(database: Database, verification: StoreVerification) {
    this.#database = database
    this.verification = verification
  }

  /**
   * Opens the database in `directory`, creating it when there is none.
   *
   * @throws StoreCorruptError when anything in it is damaged
   * @throws StoreUnavailableError when it is in use or cannot be read or written
   */
  static async open(directory: string): Promise<RocksStore> {
    const startedAt = performance.now()
    await mkdir(directory, { recursive: true }).catch(cause => {
      throw unavailable(directory, cause)
    })
    const tornLogBytes = await verifyLogs(directory)
    const database = rocks.db_init(directory)
    try {
      await settle(callback => rocks.db_open(database, openOptions, callback))
    } catch (cause) {
      throw typed(directory, cause)
    }
    try {
      const counted = await verifyEntries(database)
      return new RocksStore(database, {
        ...counted,
        tornLogBytes,
        milliseconds: performance.now() - startedAt,
      })
    } catch (cause) {
      await settle(callback => rocks.db_close(database, callback)).catch(() => {})
      throw typed(directory, cause)
    }
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    this.#assertOpen()
    return rocks.db_get_many_sync(this.#database, [Buffer.from(key)], { valueEncoding: 'buffer' })[0]
  }

  async write(operations: readonly StoreOperation[]): Promise<void> {
    this.#assertOpen()
    if (operations.length === 0) return
    const batch = this.#batch
    try {
      for (const operation of operations) {
        const key = Buffer.from(operation.key, 'latin1')
        if (operation.kind === 'put') rocks.batch_put(batch, key, operation.value, noOptions)
        else rocks.batch_del(batch, key, noOptions)
      }
      rocks.batch_write(this.#database, batch, noOptions)
    } catch (cause) {
      throw typed('the store', cause)
    } finally {
      rocks.batch_clear(batch)
    }
  }

  /** Read page by page, so a slow reader holds nothing; what is written meanwhile beyond the current page is seen. */
  async *entries(range: {
    from: string
    to: string
    limit?: number
  }): AsyncGenerator<readonly [string, Uint8Array]> {
    let left = range.limit ?? Number.POSITIVE_INFINITY
    let start: Start | undefined = { gte: range.from }
    while (left > 0 && start !== undefined) {
      this.#assertOpen()
      const { rows, next } = page(this.#database, start, range.to, Math.min(left, pageEntries))
      for (let at = 0; at < rows.length; at += 2) yield [rows[at] as string, rows[at + 1] as Buffer]
      left -= rows.length / 2
      start = next
    }
  }

  async close(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    await settle(callback => rocks.db_close(this.#database, callback))
  }

  #assertOpen(): void {
    if (!this.#open) throw new Error('the store is closed')
  }
}

type Start = { readonly gte: string } | { readonly gt: string }

/** Up to `limit` entries or about `pageBytes`, and where to go on; undefined when the range has no more. */
function page(database: Database, start: Start, lt: string, limit: number) {
  const { rows, finished } = rocks.db_query(database, {
    ...start,
    lt,
    limit,
    highWaterMarkBytes: pageBytes,
    keyEncoding: 'utf8',
    valueEncoding: 'buffer',
  })
  // The binding also says finished when it came to the limit.
  const hasMore = rows.length > 0 && (!finished || rows.length / 2 === limit)
  const next: Start | undefined = hasMore ? { gt: rows[rows.length - 2] as string } : undefined
  return { rows, next }
}

/** @returns bytes of a torn tail. */
async function verifyLogs(directory: string): Promise<number> {
  let torn = 0
  const logs = (await readdir(directory)).filter(name => /^\d+\.log$/.test(name)).sort()
  for (const [position, name] of logs.entries()) {
    const state = inspectLog(await readFile(join(directory, name)))
    const isNewest = position === logs.length - 1
    if (state.kind === 'corrupt' || (state.kind === 'torn' && !isNewest)) {
      const where =
        state.kind === 'corrupt' ? `damaged at offset ${state.offset}` : 'cut short, and it is not the newest'
      throw new StoreCorruptError(
        `${directory} is corrupt: the write-ahead log ${name} is ${where}, after ${state.records} good records`,
      )
    }
    if (state.kind === 'torn') torn += state.lostBytes
  }
  return torn
}

/** Reading verifies: RocksDB checks the checksum of every block it reads. */
async function verifyEntries(database: Database): Promise<{ entries: number; bytes: number }> {
  let entries = 0
  let bytes = 0
  let start: Start | undefined = { gte: '' }
  while (start !== undefined) {
    const { rows, next } = page(database, start, pastEverything, pageEntries)
    for (let at = 1; at < rows.length; at += 2) bytes += (rows[at] as Buffer).length
    entries += rows.length / 2
    start = next
    await nextTurn()
  }
  return { entries, bytes }
}

function settle(call: (callback: Callback) => void): Promise<void> {
  return new Promise((resolve, reject) => call(error => (error ? reject(error) : resolve())))
}

function typed(directory: string, cause: unknown): Error {
  const { code, message } = cause as { code?: string; message: string }
  if (code !== 'LEVEL_CORRUPTION' && !/Corruption|missing from|No such file/.test(message))
    return unavailable(directory, cause)
  return new StoreCorruptError(`${directory} is corrupt: ${message}`, { cause })
}

function unavailable(directory: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(`${directory} cannot be used: ${(cause as Error).message}`, { cause })
}
