import { describe, expect, it } from '@jest/globals'
import { machineClocks } from '../../../harness/machine-clocks.ts'
import { RunClock } from '../../../model/clock.ts'
import { SystemClock } from '../../../nodes/adapters/system-clock.ts'

/** An origin as a run writes it whose machine has been set by so much since. */
const originOf = (setByMs: number) =>
  new RunClock({ ...machineClocks, wallMs: () => Date.now() - setByMs }).origin!

/** Clocks are read one after the other, and a busy machine may come between; what was set is off by a minute. */
const betweenMs = 10_000

describe('the clock of a node', () => {
  it.each([60_000, -60_000])(
    'counts as its peers do when the machine was set by %d ms before it started',
    setByMs => {
      const origin = originOf(setByMs)
      const [peer, restarted] = [new SystemClock(origin), new SystemClock(origin)]
      expect(Math.abs(restarted.nowMs() - peer.nowMs())).toBeLessThan(betweenMs)
      expect(Math.abs(Date.now() - setByMs - restarted.nowMs())).toBeLessThan(betweenMs)
      expect(Math.abs(restarted.machineMs() - Date.now())).toBeLessThan(betweenMs)
    },
  )

  it('counts from its start on another kernel, and without an origin', () => {
    const elsewhere = { ...originOf(60_000), boot: 'another' }
    for (const clock of [new SystemClock(elsewhere), new SystemClock()])
      expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(betweenMs)
  })

  it('has the machine’s time whatever a fault makes of the node’s own', () => {
    const clock = new SystemClock()
    clock.aheadMs = 5000
    const machineMs = clock.machineMs()
    expect(clock.wallMs() - machineMs).toBeGreaterThan(4900)
  })
})
