import { type RunClock, tenths } from '../../model/clock.ts'
import type { ClockEvent, EpochEvent, HistoryEvent } from '../../model/event.ts'
import type { Timing } from '../history/pull.ts'
import type { DriverClient } from './driver-client.ts'

/** The quickest of so many answers tells the driver's time best. */
const readings = 5
/** Two clocks that read tenths of a millisecond and are the same differ by less than the time of an answer and this. */
const readingErrorMs = 0.2

interface Reading {
  readonly tookMs: number
  readonly offsetMs: number
  readonly boot: string | null
}

/**
 * The driver's clock beside the run's. On the same kernel they are one; else the offset is measured again and again, and added to the
 * driver's lines.
 */
export class DriverClockWatch implements Timing {
  readonly #driver: Pick<DriverClient, 'clock'>
  readonly #clock: Pick<RunClock, 'now' | 'boot'>
  readonly #record: (event: ClockEvent | EpochEvent) => void
  #last: (Reading & Pick<ClockEvent, 'is'>) | undefined

  constructor(options: {
    readonly driver: Pick<DriverClient, 'clock'>
    readonly clock: Pick<RunClock, 'now' | 'boot'>
    readonly record: (event: ClockEvent | EpochEvent) => void
  }) {
    this.#driver = options.driver
    this.#clock = options.clock
    this.#record = options.record
  }

  /** Undefined until it was measured. */
  get is(): ClockEvent['is'] | undefined {
    return this.#last?.is
  }

  async relate(): Promise<void> {
    if (this.#last === undefined) await this.measure('start')
  }

  /** @throws Error when the driver does not answer */
  async measure(when: ClockEvent['when']): Promise<void> {
    const read: Reading[] = []
    for (let i = 0; i < readings; i += 1) read.push(await this.#read())
    const best = read.toSorted((a, b) => a.tookMs - b.tookMs)[0]!
    const errorMs = best.tookMs / 2 + readingErrorMs
    const at = this.#clock.now()
    const isShared =
      best.boot !== null && best.boot === this.#clock.boot && Math.abs(best.offsetMs) <= errorMs
    const is = this.#last?.is ?? (isShared ? 'shared' : 'offset')
    if (this.#last !== undefined && this.#last.boot !== best.boot)
      this.#record({ type: 'epoch', at, boot: best.boot })
    this.#last = { ...best, is }
    const told = { offsetMs: tenths(best.offsetMs), errorMs: tenths(errorMs) }
    this.#record({ type: 'clock', at, who: 'driver', is, ...told, when })
  }

  retime(lines: Buffer): Buffer {
    const last = this.#last
    if (last === undefined || last.is === 'shared') return lines
    const text = lines.toString().trimEnd()
    return Buffer.from(text.replaceAll(/[^\n]+/g, line => retimed(line, last.offsetMs)).concat('\n'))
  }

  async #read(): Promise<Reading> {
    const askedAt = this.#clock.now()
    const { at, boot } = await this.#driver.clock()
    const tookMs = this.#clock.now() - askedAt
    return { tookMs, offsetMs: askedAt + tookMs / 2 - at, boot }
  }
}

function retimed(line: string, offsetMs: number): string {
  const event = JSON.parse(line) as HistoryEvent
  const at = tenths(event.at + offsetMs)
  if (event.type !== 'submission') return JSON.stringify({ ...event, at })
  return JSON.stringify({ ...event, at, intendedAt: event.intendedAt.map(ms => tenths(ms + offsetMs)) })
}
