import { createReadStream } from 'node:fs'
import { HarnessError } from '../../model/errors.ts'
import { type HistoryEvent, historySchema } from '../../model/event.ts'
import { explainInvalid, wallClockRun } from './validate.ts'

const newline = 10
const chunkBytes = 1024 * 1024
/** The longest real line, a resources sample of a thousand nodes, takes 40 KB. */
const lineBytesMax = 16 * 1024 * 1024

/** Told of a line that is left out, instead of an error: its place and what is wrong. */
export type OnBroken = (problem: string) => void

/**
 * Reads a history file line by line. The last line may be torn, because a run that crashed was writing it.
 * @param onBroken with it, lines that are no events are left out, the torn last one included; without it they are errors
 * @throws HarnessError `history-unreadable` for a missing file, `history-schema` for a run whose times are of the clock on the wall,
 * `history-broken` for a line that is no event, each naming the place
 */
export async function* readHistory(
  path: string,
  onBroken?: OnBroken,
): AsyncGenerator<HistoryEvent, undefined> {
  let lineNumber = 0
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of readChunks(path)) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let start = 0
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      lineNumber++
      const event = readLine(bytes.toString('utf8', start, end), `${path}:${lineNumber}`, onBroken)
      if (event) yield event
      start = end + 1
    }
    rest = bytes.subarray(start)
    if (rest.length > lineBytesMax) throw broken(`${path}:${lineNumber + 1}`, 'the line does not end')
  }
  const last = tolerant(rest.toString())
  if (last) yield last
  else if (rest.length > 0) onBroken?.(`${path}:${lineNumber + 1}: the last line is torn`)
}

function readLine(line: string, place: string, onBroken: OnBroken | undefined): HistoryEvent | undefined {
  try {
    return parseLine(line, place)
  } catch (error) {
    if (!onBroken || (error as HarnessError).code === 'history-schema') throw error
    onBroken((error as Error).message)
    return undefined
  }
}

async function* readChunks(path: string): AsyncGenerator<Buffer, undefined> {
  try {
    yield* createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>
  } catch (cause) {
    throw new HarnessError({
      code: 'history-unreadable',
      message: `${path}: ${(cause as { code?: string }).code === 'ENOENT' ? 'there is no such file' : (cause as Error).message}`,
      next: 'give the directory of a run, such as runs/latest',
      cause,
    })
  }
}

function parseLine(line: string, place: string): HistoryEvent {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw broken(
      place,
      `expected one JSON object, got ${line.slice(0, 80).replaceAll(/[^\x20-\x7e]/g, '?')}`,
      cause,
    )
  }
  const outdated = wallClockRun(value)
  if (outdated) throw wallClock(place, outdated.repeat)
  const invalid = explainInvalid(value)
  if (invalid) throw broken(place, invalid)
  return value as HistoryEvent
}

/** A last line without its newline counts only when it is whole. */
function tolerant(line: string): HistoryEvent | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return explainInvalid(value) ? undefined : (value as HistoryEvent)
  } catch {
    return undefined
  }
}

function wallClock(place: string, repeat: string | undefined): HarnessError {
  return new HarnessError({
    code: 'history-schema',
    message: `${place}: the run was recorded with schema 1, whose times jump with the clock on the wall; this version reads schema ${historySchema}`,
    next: repeat === undefined ? 'play the run again with this version' : `play the run again: ${repeat}`,
  })
}

function broken(place: string, message: string, cause?: unknown): HarnessError {
  return new HarnessError({
    code: 'history-broken',
    message: `${place}: ${message}`,
    next: 'a history is only ever written by a run; if this one was edited, restore it',
    ...(cause === undefined ? {} : { cause }),
  })
}
