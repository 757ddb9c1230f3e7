import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { RocksStore } from '../../nodes/adapters/rocksdb-store.ts'
import { MemoryStore } from '../../nodes/host/memory-store.ts'
import type { Store } from '../../nodes/host/ports.ts'

const stores: Record<string, (directory: string) => Promise<Store>> = {
  memory: async () => new MemoryStore(),
  RocksDB: directory => RocksStore.open(directory),
}

const bytes = (text: string) => new TextEncoder().encode(text)
const put = (key: string, value = key) => ({ kind: 'put', key, value: bytes(value) }) as const
const remove = (key: string) => ({ kind: 'delete', key }) as const

async function read(store: Store, range: { from: string; to: string; limit?: number }): Promise<string[]> {
  const found: string[] = []
  for await (const [key, value] of store.entries(range))
    found.push(`${key}=${new TextDecoder().decode(value)}`)
  return found
}

describe.each(Object.entries(stores))('store contract: %s', (_name, open) => {
  let directory: string
  let store: Store

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'whiteout-store-'))
    store = await open(join(directory, 'db'))
  })
  afterEach(async () => {
    await store.close()
    await rm(directory, { recursive: true, force: true })
  })

  it('gives back what was written, and undefined for what was not', async () => {
    await store.write([put('a', 'one'), put('b', '')])
    expect(await store.get('a')).toEqual(expect.objectContaining({ length: 3 }))
    expect(Buffer.from((await store.get('a'))!).toString()).toBe('one')
    expect((await store.get('b'))!.length).toBe(0)
    expect(await store.get('c')).toBeUndefined()
  })

  it('applies a batch in order: the last operation on a key counts', async () => {
    await store.write([put('a', '1'), remove('a'), put('b', '1'), put('b', '2')])
    expect(await read(store, { from: '', to: '~' })).toEqual(['b=2'])
  })

  it('takes an empty batch and a delete of a key that is not there', async () => {
    await store.write([])
    await store.write([remove('nothing')])
    expect(await read(store, { from: '', to: '~' })).toEqual([])
  })

  it('keeps its own copy of a value', async () => {
    const value = bytes('before')
    await store.write([{ kind: 'put', key: 'a', value }])
    value.fill(0)
    expect(Buffer.from((await store.get('a'))!).toString()).toBe('before')
  })

  it('reads ranges in key order, from inclusive, to exclusive', async () => {
    await store.write(['d', 'b', 'a', 'c', 'B'].map(key => put(key)))
    expect(await read(store, { from: 'a', to: 'd' })).toEqual(['a=a', 'b=b', 'c=c'])
    expect(await read(store, { from: 'aa', to: 'b' })).toEqual([])
    expect(await read(store, { from: 'A', to: 'a' })).toEqual(['B=B'])
  })

  it('stops at the limit', async () => {
    await store.write(['a', 'b', 'c'].map(key => put(key)))
    expect(await read(store, { from: '', to: '~', limit: 2 })).toEqual(['a=a', 'b=b'])
    expect(await read(store, { from: '', to: '~', limit: 0 })).toEqual([])
  })

  it('reads ranges of many pages, and values larger than a page', async () => {
    const keys = Array.from({ length: 2_000 }, (_, index) => `k${String(index).padStart(6, '0')}`)
    await store.write(keys.map(key => put(key)))
    await store.write([{ kind: 'put', key: 'k000500', value: new Uint8Array(1_000_000) }])
    let count = 0
    let largest = 0
    for await (const [key, value] of store.entries({ from: 'k', to: 'l' })) {
      expect(key).toBe(keys[count])
      largest = Math.max(largest, value.length)
      count++
    }
    expect({ count, largest }).toEqual({ count: 2_000, largest: 1_000_000 })
    expect(await read(store, { from: 'k001990', to: 'l' })).toHaveLength(10)
  })

  it('lets go of a range that the reader leaves early', async () => {
    await store.write(Array.from({ length: 1_000 }, (_, index) => put(`k${index}`)))
    for await (const [key] of store.entries({ from: 'k', to: 'l' })) {
      expect(key).toBe('k0')
      break
    }
    await store.close()
  })

  it('refuses to work once it is closed, and closing twice does no harm', async () => {
    await store.close()
    await store.close()
    await expect(store.get('a')).rejects.toThrow('closed')
    await expect(store.write([put('a')])).rejects.toThrow('closed')
  })
})
