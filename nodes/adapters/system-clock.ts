import { readFileSync } from 'node:fs'
import type { Genesis } from '../../model/node-config.ts'
import type { Clock } from '../host/ports.ts'

/** The clock of the machine, which tests may set wrong for one node. */
export class SystemClock implements Clock {
  /** Milliseconds that the clock on the wall is ahead of the machine's. */
  aheadMs = 0
  /** What `nowMs` was when the process started. */
  readonly #startedMs: number

  /** @param origin of the run; left out, or of another kernel, time counts from what the clock on the wall says at the start of the process */
  constructor(origin?: Genesis['clock']) {
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

function startedSince({ monotonicNs, wallMs }: NonNullable<Genesis['clock']>): number {
  const sinceMs = Number(process.hrtime.bigint() - BigInt(monotonicNs)) / 1e6
  return wallMs + sinceMs - performance.now()
}

/** Which start of which kernel this is; undefined where it does not say. */
function bootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return undefined
  }
}
