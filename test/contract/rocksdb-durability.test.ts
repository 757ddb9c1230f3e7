import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { RocksStore, StoreCorruptError, StoreUnavailableError } from '../../nodes/adapters/rocksdb-store.ts'

const key = (index: number) => `k${String(index).padStart(8, '0')}`

/** A program that writes one entry after the other and prints the number of each once write() has resolved. */
const writer = `
  import { writeSync } from 'node:fs'
  import { RocksStore } from ${JSON.stringify(join(import.meta.dirname, '../../nodes/adapters/rocksdb-store.ts'))}
  const store = await RocksStore.open(process.argv[1])
  for (let index = Number(process.argv[2]); ; index++) {
    const key = 'k' + String(index).padStart(8, '0')
    await store.write([{ kind: 'put', key, value: Buffer.alloc(2_000, index % 251) }])
    writeSync(1, index + '\\n')
  }`

let directory: string
let database: string
let child: ChildProcess | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'whiteout-durability-'))
  database = join(directory, 'db')
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(directory, { recursive: true, force: true })
})

/** Kills the writer with SIGKILL after `count` acknowledged writes. @returns the last acknowledged number. */
async function killAfter(count: number, from: number): Promise<number> {
  child = spawn(
    process.execPath,
    ['--input-type=module', '--no-warnings', '-e', writer, database, String(from)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exited = once(child, 'exit')
  let last = -1
  for await (const line of createInterface({ input: child.stdout! })) {
    last = Number(line)
    if (last >= from + count) child.kill('SIGKILL')
  }
  await exited
  return last
}

async function fill(count: number): Promise<void> {
  const store = await RocksStore.open(database)
  for (let index = 0; index < count; index++) {
    await store.write([{ kind: 'put', key: key(index), value: Buffer.alloc(2_000, index % 251) }])
  }
  await store.close()
}

/** Fills one table file: opening again moves what is in the log into a table, and so little starts no compaction. */
async function fillTable(): Promise<{ path: string; size: number }> {
  await fill(300)
  await (await RocksStore.open(database)).close()
  const tables = await files('.sst')
  expect(tables).toHaveLength(1)
  return tables[0]!
}

async function files(suffix: string): Promise<{ path: string; size: number }[]> {
  const names = (await readdir(database)).filter(name => name.endsWith(suffix)).sort()
  const all = names.map(async name => ({
    path: join(database, name),
    size: (await stat(join(database, name))).size,
  }))
  return (await Promise.all(all)).filter(file => file.size > 0)
}

async function flipByte(path: string, offset: number): Promise<void> {
  await using file = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, offset)
  byte[0]! ^= 0x40
  await file.write(byte, 0, 1, offset)
}

describe('RocksDB store: what a kill and damage do', () => {
  it('has everything that was acknowledged before a SIGKILL, over several kills and flushes', async () => {
    let from = 0
    for (const count of [50, 3_000, 200]) {
      const last = await killAfter(count, from)
      expect(last).toBeGreaterThanOrEqual(from + count)
      const store = await RocksStore.open(database)
      let expected = 0
      for await (const [name, value] of store.entries({ from: 'k', to: 'l' })) {
        expect(name).toBe(key(expected))
        expect(value[0]).toBe(expected % 251)
        expected++
      }
      await store.close()
      expect(expected).toBeGreaterThan(last)
      from = expected
    }
  })

  it('recovers from a log whose last record was cut short, and says so', async () => {
    const last = await killAfter(100, 0)
    const [log] = await files('.log')
    await truncate(log!.path, log!.size - 100)
    const store = await RocksStore.open(database)
    expect(store.verification.tornLogBytes).toBeGreaterThan(0)
    expect(await store.get(key(last - 2))).toBeDefined()
    await store.close()
  })

  it('reports one flipped bit in the middle of the write-ahead log as corruption', async () => {
    await killAfter(100, 0)
    const [log] = await files('.log')
    await flipByte(log!.path, Math.floor(log!.size / 2))
    await expect(RocksStore.open(database)).rejects.toThrow(StoreCorruptError)
    await expect(RocksStore.open(database)).rejects.toThrow(
      /is corrupt: the write-ahead log \d+\.log is damaged at offset/,
    )
  })

  it.each([0.1, 0.5, 0.9])('reports a flipped bit at %d of a table file as corruption', async share => {
    const table = await fillTable()
    await flipByte(table.path, Math.floor(table.size * share))
    await expect(RocksStore.open(database)).rejects.toThrow(StoreCorruptError)
  })

  it('reports a table file that is gone as corruption', async () => {
    const table = await fillTable()
    await rm(table.path)
    await expect(RocksStore.open(database)).rejects.toThrow(StoreCorruptError)
  })

  it('refuses a database that is already open, as unavailable rather than corrupt', async () => {
    const store = await RocksStore.open(database)
    await expect(RocksStore.open(database)).rejects.toThrow(StoreUnavailableError)
    await store.close()
  })

  it('refuses a place it cannot write to, as unavailable', async () => {
    await writeFile(join(directory, 'file'), '')
    await expect(RocksStore.open(join(directory, 'file', 'db'))).rejects.toThrow(StoreUnavailableError)
  })

  it('counts what it verified', async () => {
    await fill(10)
    const store = await RocksStore.open(database)
    expect(store.verification).toEqual(
      expect.objectContaining({ entries: 10, bytes: 20_000, tornLogBytes: 0 }),
    )
    await store.close()
  })
})
