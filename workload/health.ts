import type { DriverEvent } from '../model/event.ts'
import type { Time } from '../model/ports/time.ts'

const everyMs = 1_000

/** How late the driver itself is. */
export interface Lag extends Disposable {
  /** The 99th percentile since the last call, milliseconds. */
  readP99Ms(): number
}

/** Reports once a second, and once more at the end, whether the driver itself keeps up. */
export function reportHealth(options: {
  time: Time
  counts: (at: number) => { intended: number; sent: number }
  lag: Lag
  record: (event: DriverEvent) => void
}): Disposable {
  const { time, counts, lag, record } = options
  let cancel = () => {}
  const report = () => {
    const at = time.now()
    record({ type: 'driver', at, ...counts(at), lagP99Ms: Math.round(lag.readP99Ms() * 10) / 10 })
  }
  const next = () => {
    cancel = time.after(everyMs, () => {
      next()
      report()
    })
  }
  next()
  return {
    [Symbol.dispose]: () => {
      cancel()
      report()
      lag[Symbol.dispose]()
    },
  }
}
