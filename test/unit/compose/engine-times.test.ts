import { describe, expect, it } from '@jest/globals'
import { engineTimes } from '../../../compose/engine/engine-times.ts'
import { RunClock } from '../../../model/clock.ts'

function clockAt(nowMs: number): RunClock {
  let monotonicNs = 0n
  const clock = new RunClock({
    monotonicNs: () => monotonicNs,
    wallMs: () => 5000 + Number(monotonicNs) / 1e6,
  })
  monotonicNs = BigInt(nowMs) * 1_000_000n
  return clock
}

describe('times of the engine', () => {
  it('are those of the clock on the wall where it runs on this kernel', () => {
    const times = engineTimes({ isLocal: true }, clockAt(3000))
    expect(times.at(7000.24)).toBe(2000.2)
    // What was written in the same tenth of a millisecond as the event still counts.
    expect(times.wallAt(2000.2)).toBe(7001)
  })

  it('are when they are heard of where it runs on another one', () => {
    const times = engineTimes({ isLocal: false }, clockAt(3000))
    expect(times.at(999_999)).toBe(3000)
    expect(times.wallAt(3000)).toBeUndefined()
  })
})
