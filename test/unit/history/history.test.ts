import { once } from 'node:events'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { pullHistory } from '../../../harness/history/pull.ts'
import { readHistory } from '../../../harness/history/reader.ts'
import { historyFile, openHistory } from '../../../harness/history/writer.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import { sameClock } from '../../support/clock.ts'

let directory: string
let path: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'whiteout-history-'))
  path = join(directory, historyFile)
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

const note = (message: string): HistoryEvent => ({ type: 'note', at: 1, level: 'info', message })
const lineOf = (event: HistoryEvent) => `${JSON.stringify(event)}\n`

async function readAll(file = path): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = []
  for await (const event of readHistory(file)) events.push(event)
  return events
}

describe('history: writing and reading', () => {
  it('keeps events and raw lines in the order they came', async () => {
    const history = await openHistory(directory)
    const expected: HistoryEvent[] = []
    for (let i = 0; i < 500; i++) {
      const event = note(`ä${i}`)
      expected.push(event)
      if (i % 3 === 0) void history.appendLines(Buffer.from(lineOf(event)))
      else history.append(event)
    }
    await history.close()
    expect(await readAll()).toEqual(expected)
  })

  it('goes on behind what an earlier writer left', async () => {
    for (const message of ['one', 'two']) {
      const history = await openHistory(directory)
      history.append(note(message))
      await history.close()
    }
    expect((await readAll()).map(event => 'message' in event && event.message)).toEqual(['one', 'two'])
  })

  it('reads everything before a torn last line', async () => {
    await writeFile(path, lineOf(note('whole')))
    await appendFile(path, lineOf(note('torn')).slice(0, -9))
    expect(await readAll()).toEqual([note('whole')])
  })

  it('counts a last line that lacks only its newline', async () => {
    await writeFile(path, lineOf(note('whole')) + JSON.stringify(note('last')))
    expect(await readAll()).toEqual([note('whole'), note('last')])
  })

  it('reads lines across chunk borders', async () => {
    const events = Array.from({ length: 60 }, (_, i) => note(`${i}${'x'.repeat(50_000)}`))
    await writeFile(path, events.map(lineOf).join(''))
    expect(await readAll()).toEqual(events)
  })

  it.each([
    ['no JSON', 'garbage', 'expected one JSON object, got garbage'],
    ['an unknown type', '{"type":"other","at":1}', 'type: expected one of begin, stage,'],
    ['a missing time', '{"type":"note","level":"info","message":"x"}', 'at: expected milliseconds'],
    ['a missing field', '{"type":"digest","at":1,"node":2,"accepted":3}', 'digest.digest: got nothing'],
    [
      'a field of another kind',
      '{"type":"decisions","at":1,"node":-1,"sequence":0,"transactions":[]}',
      'decisions.node: got -1',
    ],
  ])('refuses a line in the middle with %s, naming file and line', async (_kind, line, message) => {
    await writeFile(path, `${lineOf(note('one'))}${line}\n${lineOf(note('three'))}`)
    await expect(readAll()).rejects.toMatchObject({
      name: 'HarnessError',
      code: 'history-broken',
      message: expect.stringContaining(`${path}:2: ${message}`),
    })
  })

  it.each([
    ['', 'play the run again with this version'],
    [',"repeat":"npm run scale -- --nodes 4"', 'play the run again: npm run scale -- --nodes 4'],
  ])(
    'refuses a run of schema 1, with or without leave to skip lines, and says what to do%s',
    async (repeat, next) => {
      await writeFile(
        path,
        `{"type":"begin","at":1800000000000,"schema":1,"run":"r","machine":{}${repeat}}\n`,
      )
      const refusal = {
        code: 'history-schema',
        message: `${path}:1: the run was recorded with schema 1, whose times jump with the clock on the wall; this version reads schema 2`,
        next,
        exitCode: 64,
      }
      await expect(readAll()).rejects.toMatchObject(refusal)
      await expect(readHistory(path, () => {}).next()).rejects.toMatchObject(refusal)
    },
  )

  it('says when there is no history', async () => {
    await expect(readAll()).rejects.toMatchObject({
      code: 'history-unreadable',
      message: `${path}: there is no such file`,
    })
  })

  it('says when the disk is full, once, and on closing', async () => {
    // Every write to /dev/full fails with ENOSPC.
    const { symlink } = await import('node:fs/promises')
    await symlink('/dev/full', path)
    const history = await openHistory(directory)
    history.append(note('lost'))
    const failure = await history.failed
    expect(failure).toMatchObject({
      code: 'history-unwritable',
      message: `${path}: cannot be written: no space left on the disk`,
    })
    history.append(note('ignored'))
    await expect(history.close()).rejects.toBe(failure)
  })
})

/** A driver whose history breaks off now and then, as it would over a bad connection. */
async function brokenDriver(lines: readonly string[], cutAfterBytes: number) {
  const asked: number[] = []
  const server = createServer((request, response) => {
    const from = Number(new URL(request.url!, 'http://driver').searchParams.get('from'))
    asked.push(from)
    response.writeHead(200)
    const bytes = Buffer.from(lines.slice(from).join(''))
    if (bytes.length <= cutAfterBytes) return response.end(bytes)
    response.write(bytes.subarray(0, cutAfterBytes), () => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

describe('history: pulling the driver’s part', () => {
  const end = (reason: 'done' | 'failed', message?: string): HistoryEvent => ({
    type: 'end',
    at: 9,
    reason,
    ...(message === undefined ? {} : { message }),
  })
  const pull = async (url: string) => {
    const history = await openHistory(directory)
    await pullHistory({ url, history, timing: sameClock, signal: new AbortController().signal })
    await history.close()
    return await readAll()
  }

  it('takes every line once over a connection that breaks, and leaves the driver’s end out', async () => {
    const events = Array.from({ length: 20 }, (_, i) => note(`line ${i}`))
    await using driver = await brokenDriver([...events, end('done')].map(lineOf), 600)
    expect(await pull(driver.url)).toEqual(events)
    expect(driver.asked.length).toBeGreaterThan(2)
    expect(driver.asked.toSorted((a, b) => a - b)).toEqual(driver.asked)
  })

  it('notes why the driver ended early', async () => {
    await using driver = await brokenDriver(
      [note('one'), end('failed', 'the history is full')].map(lineOf),
      1e6,
    )
    expect(await pull(driver.url)).toEqual([
      note('one'),
      { type: 'note', at: 9, level: 'error', message: 'the driver ended early: the history is full' },
    ])
  })

  it('ends without an error when it is told to', async () => {
    const stop = new AbortController()
    const history = await openHistory(directory)
    const pulling = pullHistory({
      url: 'http://127.0.0.1:1',
      history,
      timing: sameClock,
      signal: stop.signal,
    })
    stop.abort()
    await pulling
    await history.close()
    expect(await readFile(path, 'utf8')).toBe('')
  })
})
