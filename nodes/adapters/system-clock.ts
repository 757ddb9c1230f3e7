import type { ClockOrigin } from '../../model/clock.ts'
import type { Clock } from '../host/ports.ts'
import { bootId } from './boot-id.ts'

/** The clock of the machine, which tests may set wrong for one node. */
export class SystemClock implements Clock {
  /** Milliseconds that the clock on the wall is ahead of the machine's. */
  aheadMs = 0
  /** What `nowMs` was when the process started. */
  readonly #startedMs: number

  /** @param origin of the run; left out, or of another kernel, time counts from what the clock on the wall says at the start of the process */
  constructor(origin?: ClockOrigin) {
    this.#startedMs =
      origin !== undefined && origin.boot === bootId() ? startedSince(origin) : performance.timeOrigin
  }

  nowMs(): number {
    return this.#startedMs + performance.now()
  }

  wallMs(): number {
    return this.machineMs() + this.aheadMs
  }

  machineMs(): number {
    return Date.now()
  }

  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  }
}

function startedSince({ monotonicNs, wallMs }: ClockOrigin): number {
  const sinceMs = Number(process.hrtime.bigint() - BigInt(monotonicNs)) / 1e6
  return wallMs + sinceMs - performance.now()
}
