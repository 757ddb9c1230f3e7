import type { Occurrence } from '../../model/fault.ts'

/** What cannot be healed when it is due is tried again for so long after the last fault is, and after an interruption. */
const patienceMs = { afterEnd: 30_000, afterInterruption: 5000 }

/** Timers end at once beyond this. */
const longestTimerMs = 2 ** 31 - 1

/** How long heals that fail are tried again. */
export interface Patience extends Disposable {
  /** Aborts when nothing is tried again any more. */
  readonly signal: AbortSignal
  /** Counts from now on; until then only an interruption ends it. @param beginsInMs when the schedule begins */
  begin(beginsInMs: number): void
}

export function patienceFor(occurrences: readonly Occurrence[], stop: AbortSignal): Patience {
  const ended = new AbortController()
  const timers: NodeJS.Timeout[] = []
  const endIn = (ms: number) => timers.push(setTimeout(() => ended.abort(), Math.min(ms, longestTimerMs)))
  const onStop = () => endIn(patienceMs.afterInterruption)
  if (stop.aborted) onStop()
  stop.addEventListener('abort', onStop, { once: true })
  return {
    signal: ended.signal,
    begin: beginsInMs => {
      const lastMs = Math.max(0, ...occurrences.map(({ atMs, forMs }) => atMs + forMs))
      endIn(Math.max(0, beginsInMs + lastMs) + patienceMs.afterEnd)
    },
    [Symbol.dispose]: () => {
      stop.removeEventListener('abort', onStop)
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
