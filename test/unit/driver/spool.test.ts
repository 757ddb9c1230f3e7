import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openSpool, type Spool } from '../../../harness/driver/spool.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'whiteout-spool-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

const open = (capBytes = 1e9) => openSpool(join(directory, 'history.ndjson'), { capBytes })

async function readFrom(
  spool: Spool,
  line: number,
  signal = new AbortController().signal,
): Promise<object[]> {
  const chunks: Buffer[] = []
  for await (const chunk of spool.read(line, signal)) chunks.push(chunk)
  return Buffer.concat(chunks)
    .toString()
    .split('\n')
    .filter(one => one !== '')
    .map(one => JSON.parse(one))
}

describe('spool', () => {
  it('gives a reader that comes while the last write is under way all of it', async () => {
    await using spool = await open()
    // Large enough to be written at once.
    const event = { text: 'x'.repeat(100_000) }
    spool.append(event)
    const finished = spool.finish()
    expect(await readFrom(spool, 0)).toEqual([event])
    await finished
  })

  it('gives every line from any line on, over many writes', async () => {
    await using spool = await open()
    const events = Array.from({ length: 5_000 }, (_, number) => ({ number, text: 'é'.repeat(number % 50) }))
    for (const [position, event] of events.entries()) {
      spool.append(event)
      // Lets the writes happen that are due, so that reading starts in the middle of one or another.
      if (position % 700 === 0) await new Promise(resolve => setImmediate(resolve))
    }
    await spool.finish()
    expect(spool.lineCount).toBe(5_000)
    for (const from of [0, 1, 699, 700, 701, 3_333, 4_999])
      expect(await readFrom(spool, from)).toEqual(events.slice(from))
    expect(await readFrom(spool, 5_000)).toEqual([])
    expect(await readFrom(spool, 9_000)).toEqual([])
  })

  it('lets a reader wait for lines that do not exist yet', async () => {
    await using spool = await open()
    const waiting = readFrom(spool, 2)
    for (let number = 0; number < 4; number++) spool.append({ number })
    await spool.finish()
    expect(await waiting).toEqual([{ number: 2 }, { number: 3 }])
  })

  it('lets go of a reader that goes away while it waits', async () => {
    await using spool = await open()
    const gone = new AbortController()
    const waiting = readFrom(spool, 0, gone.signal)
    gone.abort()
    expect(await waiting).toEqual([])
  })

  it('is full at its cap, takes what must still be told, and fails past that', async () => {
    await using spool = await open(10_000)
    const line = { text: 'x'.repeat(89) }
    for (let i = 0; i < 99; i++) spool.append(line)
    expect(spool.isFull).toBe(false)
    spool.append(line)
    expect(spool.isFull).toBe(true)
    for (let i = 0; i < 12; i++) spool.append(line)
    for (let i = 0; i < 10; i++) spool.append(line)
    expect((await spool.failed).message).toBe('the history outgrew 10000 bytes')
    await spool.finish()
    expect((await readFrom(spool, 0)).length).toBeGreaterThanOrEqual(112)
  })

  it('takes no line behind its end', async () => {
    await using spool = await open()
    spool.append({ number: 1 })
    await spool.finish()
    spool.append({ number: 2 })
    expect(await readFrom(spool, 0)).toEqual([{ number: 1 }])
  })
})
