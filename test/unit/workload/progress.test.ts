import { describe, expect, it } from '@jest/globals'
import { createProgress } from '../../../workload/progress.ts'

/** A progress at ten decisions a second from second 100 on, each after `latencyMs`; `open` transactions are undecided. */
function deciding({ seconds, latencyMs, open }: { seconds: number; latencyMs: number; open: number }) {
  const state = { open }
  const progress = createProgress(() => state.open)
  const decide = (from: number, until: number, latency: number) => {
    for (let at = from; at < until; at += 100) progress.decided({ at, latencyMs: latency, isAccepted: true })
  }
  decide(100_000, 100_000 + seconds * 1000, latencyMs)
  return { progress, state, decide }
}

describe('live figures of the driver', () => {
  it('are those of the last seconds, also after a stall', () => {
    const { progress, decide } = deciding({ seconds: 10, latencyMs: 100, open: 5 })
    expect([progress.tps(110_000), progress.finalityP95Ms(110_000)]).toEqual([10, 100])
    // Four seconds of nothing, and then all that had waited.
    decide(114_000, 115_000, 4000)
    expect(progress.finalityP95Ms(115_000)).toBe(4000)
    decide(115_000, 121_000, 90)
    expect([progress.tps(121_000), progress.finalityP95Ms(121_000)]).toEqual([10, 90])
  })

  it('have no latency when nothing was accepted for longer than that', () => {
    const { progress } = deciding({ seconds: 10, latencyMs: 100, open: 5 })
    expect([progress.tps(116_000), progress.finalityP95Ms(116_000)]).toEqual([0, null])
    expect(createProgress(() => 0).finalityP95Ms(116_000)).toBeNull()
  })

  it.each([
    [1, 100, 100],
    [20, 190, 2000],
    [100, 950, 10_000],
  ])('tell the 95th percentile of %d latencies by rank', (count, expected, longest) => {
    const progress = createProgress(() => 0)
    for (let rank = count; rank > 0; rank--)
      progress.decided({
        at: 100_000,
        latencyMs: rank === count && count > 1 ? longest : rank * (count > 1 ? 10 : 100),
        isAccepted: true,
      })
    expect(progress.finalityP95Ms(100_000)).toBe(expected)
  })

  it('tell for how long nothing was decided of what was sent', () => {
    const { progress, state } = deciding({ seconds: 1, latencyMs: 100, open: 3 })
    expect(progress.silentMs(105_000)).toBe(4100)
    progress.decided({ at: 105_000, latencyMs: 4000, isAccepted: false })
    expect(progress.silentMs(105_500)).toBe(500)
    state.open = 0
    expect(progress.silentMs(109_000)).toBe(0)
  })

  it('do not take a pause between two transactions for silence', () => {
    const { progress, state } = deciding({ seconds: 1, latencyMs: 100, open: 0 })
    progress.sent(120_000)
    state.open = 1
    expect(progress.silentMs(120_500)).toBe(500)
    // What is sent beside one that waits changes nothing.
    progress.sent(122_000)
    expect(progress.silentMs(123_000)).toBe(3000)
  })
})
