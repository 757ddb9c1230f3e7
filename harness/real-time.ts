import type { Time } from '../model/ports/time.ts'

/** Timers end at once beyond this. */
const longestTimerMs = 2 ** 31 - 1

/** The time of this machine, on a clock of the caller's. */
export function realTime(now: () => number): Time {
  return {
    now,
    after: (ms, callback, { keepsAwake = true } = {}) => {
      if (ms <= 0) {
        const immediate = setImmediate(callback)
        return () => clearImmediate(immediate)
      }
      const timer = setTimeout(callback, Math.min(ms, longestTimerMs))
      if (!keepsAwake) timer.unref()
      return () => clearTimeout(timer)
    },
  }
}
