import type { Clock } from '../host/ports.ts'

/** The clock of the machine, which tests may set wrong for one node. */
export class SystemClock implements Clock {
  /** Milliseconds that the clock on the wall is ahead of the machine's. */
  aheadMs = 0

  nowMs(): number {
    return performance.timeOrigin + performance.now()
  }

  wallMs(): number {
    return Date.now() + this.aheadMs
  }

  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  }
}
