import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Lag } from '../../workload/health.ts'

const sampleMs = 20
const nanosecondsPerMs = 1e6

/** How late the event loop of this process is. */
export function watchEventLoop(): Lag {
  const delays = monitorEventLoopDelay({ resolution: sampleMs })
  delays.enable()
  return {
    readP99Ms: () => {
      // The histogram counts the sampling interval itself as delay.
      const lagMs = Math.max(0, delays.percentile(99) / nanosecondsPerMs - sampleMs)
      delays.reset()
      return lagMs
    },
    [Symbol.dispose]: () => {
      delays.disable()
    },
  }
}
