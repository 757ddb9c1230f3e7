import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'
import { exitCodes, HarnessError } from '../../model/errors.ts'
import type { EndEvent } from '../../model/event.ts'
import { direct } from '../direct-http.ts'
import type { HistoryWriter } from './writer.ts'

const newline = 10
/** The driver's last line; the run's own `end` comes from the harness, once the network is down. */
const endLine = Buffer.from('{"type":"end"')
const reconnectMs = 500
/** A driver that cannot be reached for this long is gone. While it starts, it cannot be reached either. */
const silenceMsMax = 60_000
const connectTimeoutMs = 10_000

/** Brings the driver's times to the clock of the run. */
export interface Timing {
  /** Resolves once it is known how. @throws Error when the driver does not answer */
  relate(): Promise<void>
  /** Whole lines as they are on the clock of the run. */
  retime(lines: Buffer): Buffer
}

/**
 * Follows the driver's part of the history into the run's, to its end. A connection that breaks is made again at the
 * first line that is still missing; a slow disk here slows the reading, and the driver keeps the rest.
 * @throws HarnessError `driver-gone`; the signal ends it without an error
 */
export async function pullHistory(options: {
  url: string
  history: Pick<HistoryWriter, 'append' | 'appendLines'>
  timing: Timing
  signal: AbortSignal
}): Promise<void> {
  const { url, history, timing, signal } = options
  let from = 0
  let reachedAt = performance.now()
  while (!signal.aborted) {
    let failure: unknown
    try {
      await timing.relate()
      const end = await readFrom({ url, from, timing, signal }, async (lines, count) => {
        await history.appendLines(lines)
        from += count
        reachedAt = performance.now()
      })
      if (end) return noteEnd(end, history)
      reachedAt = performance.now()
    } catch (error) {
      failure = error
    }
    if (signal.aborted) return
    if (performance.now() - reachedAt > silenceMsMax) throw driverGone(url, failure)
    await delay(reconnectMs, undefined, { signal }).catch(() => {})
  }
}

/** One connection. @returns the driver's last line when the history ended with it */
async function readFrom(
  { url, from, timing, signal }: { url: string; from: number; timing: Timing; signal: AbortSignal },
  take: (lines: Buffer, count: number) => Promise<void>,
): Promise<EndEvent | undefined> {
  const connecting = new AbortController()
  const timer = setTimeout(() => connecting.abort(new Error('no answer in time')), connectTimeoutMs)
  const { statusCode, body } = await request(`${url}/history?from=${from}`, {
    dispatcher: direct,
    bodyTimeout: 0,
    signal: AbortSignal.any([signal, connecting.signal]),
  }).finally(() => clearTimeout(timer))
  if (statusCode !== 200)
    throw new Error(`HTTP ${statusCode} for GET /history: ${(await body.text()).slice(0, 200)}`)
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of body) {
    const bytes = Buffer.concat([rest, chunk as Buffer])
    const whole = bytes.lastIndexOf(newline) + 1
    rest = bytes.subarray(whole)
    if (whole === 0) continue
    const lines = timing.retime(bytes.subarray(0, whole))
    const lastStart = lines.lastIndexOf(newline, lines.length - 2) + 1
    const last = lines.subarray(lastStart)
    const isEnd = last.subarray(0, endLine.length).equals(endLine)
    const kept = isEnd ? lines.subarray(0, lastStart) : lines
    if (kept.length > 0) await take(kept, countLines(kept))
    if (isEnd) return JSON.parse(last.toString()) as EndEvent
  }
  return undefined
}

function countLines(lines: Buffer): number {
  let count = 0
  for (let at = lines.indexOf(newline); at !== -1; at = lines.indexOf(newline, at + 1)) count++
  return count
}

/** Why the driver ended early must not get lost with its last line. */
function noteEnd(end: EndEvent, history: Pick<HistoryWriter, 'append'>): void {
  if (end.reason === 'done') return
  const level = end.reason === 'failed' ? 'error' : 'warning'
  history.append({
    type: 'note',
    at: end.at,
    level,
    message: `the driver ended early: ${end.message ?? end.reason}`,
  })
}

function driverGone(url: string, cause: unknown): HarnessError {
  return new HarnessError({
    code: 'driver-gone',
    message: `the driver at ${url} could not be reached for ${silenceMsMax / 1000} s${cause instanceof Error ? `: ${cause.message}` : ''}`,
    next: 'read its output in logs/driver.log of the run directory',
    exitCode: exitCodes.unknown,
    cause,
  })
}
