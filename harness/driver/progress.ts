import { build } from 'hdr-histogram-js'

/** Live figures for people who watch; verdicts come from the history alone. */
export interface Progress {
  /** The first decision on a transaction, at any node. */
  decided(decision: { at: number; latencyMs: number; isAccepted: boolean }): void
  /** Accepted per second over the last 5 whole seconds. */
  tps(at: number): number
  /** 95th percentile of finality over the load so far; null before the first. */
  finalityP95Ms(): number | null
}

const windowSeconds = 5
const longestMs = 3_600_000

export function createProgress(): Progress {
  const latencies = build({ highestTrackableValue: longestMs, numberOfSignificantValueDigits: 3 })
  // A ring of whole seconds, one more than the window: the second that runs is not counted.
  const counts = new Array<number>(windowSeconds + 1).fill(0)
  let newest = 0

  const advance = (second: number) => {
    for (; newest < second; newest++) counts[(newest + 1) % counts.length] = 0
  }

  return {
    decided: ({ at, latencyMs, isAccepted }) => {
      if (!isAccepted) return
      const second = Math.floor(at / 1000)
      if (newest === 0) newest = second
      advance(second)
      counts[second % counts.length]!++
      latencies.recordValue(Math.min(Math.max(Math.round(latencyMs), 0), longestMs))
    },
    tps: at => {
      const second = Math.floor(at / 1000)
      if (newest === 0) return 0
      advance(second)
      const all = counts.reduce((sum, count) => sum + count, 0)
      return (all - counts[second % counts.length]!) / windowSeconds
    },
    finalityP95Ms: () => (latencies.totalCount === 0 ? null : latencies.getValueAtPercentile(95)),
  }
}
