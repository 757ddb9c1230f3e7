/** Live figures of the last seconds for people who watch; verdicts come from the history alone. */
export interface Progress {
  /** A transaction goes out, and is not yet counted as open. */
  sent(at: number): void
  /** The first decision on a transaction, at any node. */
  decided(decision: { at: number; latencyMs: number; isAccepted: boolean }): void
  /** Accepted per second over the last 5 whole seconds. */
  tps(at: number): number
  /** 95th percentile of finality over the same seconds and the one that runs; null when nothing was accepted in them. */
  finalityP95Ms(at: number): number | null
  /** For how long nothing was decided although something was open; 0 while nothing is. */
  silentMs(at: number): number
}

const windowSeconds = 5

/** @param openCount how many transactions were sent and are not decided */
export function createProgress(openCount: () => number): Progress {
  // A ring of whole seconds, one more than the window: the second that runs is not counted in rates.
  const latenciesMs: number[][] = Array.from({ length: windowSeconds + 1 }, () => [])
  let newest = 0
  let waitsSince = 0

  const advance = (second: number) => {
    newest = Math.max(newest, second - latenciesMs.length)
    for (; newest < second; newest++) latenciesMs[(newest + 1) % latenciesMs.length] = []
  }
  const latest = (at: number) => {
    advance(Math.floor(at / 1000))
    return latenciesMs.flat()
  }

  return {
    sent: at => {
      if (openCount() === 0) waitsSince = at
    },
    decided: ({ at, latencyMs, isAccepted }) => {
      waitsSince = at
      if (!isAccepted) return
      const second = Math.floor(at / 1000)
      advance(second)
      latenciesMs[second % latenciesMs.length]!.push(latencyMs)
    },
    tps: at => {
      const running = Math.floor(at / 1000) % latenciesMs.length
      return (latest(at).length - latenciesMs[running]!.length) / windowSeconds
    },
    finalityP95Ms: at => {
      const sorted = latest(at).sort((a, b) => a - b)
      return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? null
    },
    silentMs: at => (openCount() > 0 ? at - waitsSince : 0),
  }
}
