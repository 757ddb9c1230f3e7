import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { DriverEvent } from '../../model/event.ts'
import { now } from './clock.ts'

const sampleMs = 20
const everyMs = 1_000
const nanosecondsPerMs = 1e6

/** Reports once a second, and once more at the end, whether the driver itself keeps up. */
export function reportHealth(options: {
  counts: (at: number) => { intended: number; sent: number }
  record: (event: DriverEvent) => void
}): Disposable {
  const delays = monitorEventLoopDelay({ resolution: sampleMs })
  delays.enable()
  const report = () => {
    const at = now()
    // The histogram counts the sampling interval itself as delay.
    const lagP99Ms = Math.max(0, delays.percentile(99) / nanosecondsPerMs - sampleMs)
    delays.reset()
    options.record({ type: 'driver', at, ...options.counts(at), lagP99Ms: Math.round(lagP99Ms * 10) / 10 })
  }
  const timer = setInterval(report, everyMs)
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer)
      report()
      delays.disable()
    },
  }
}
