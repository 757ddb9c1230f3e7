import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { machineClocks } from '../../../harness/machine-clocks.ts'
import { RunClock } from '../../../model/clock.ts'
import { bootId } from '../../../nodes/adapters/boot-id.ts'

/** A machine whose clocks go on when told to. */
function machine({ canSuspend = true } = {}) {
  let [monotonicMs, wallMs, bootMs] = [5_000_000, 1_800_000_000_000, 5_000_000]
  const passes = (ms: number) => {
    monotonicMs += ms
    wallMs += ms
    bootMs += ms
  }
  const clock = new RunClock({
    monotonicNs: () => BigInt(Math.round(monotonicMs * 1e6)),
    wallMs: () => wallMs,
    ...(canSuspend ? { bootMs: () => bootMs } : {}),
    boot: () => 'a',
  })
  return {
    clock,
    passes,
    wall: () => wallMs,
    isSet: (byMs: number) => {
      wallMs += byMs
    },
    sleeps: (ms: number) => {
      wallMs += ms
      bootMs += ms
    },
  }
}

describe('the clock of a run', () => {
  it('counts from its origin to the tenth of a millisecond', () => {
    const { clock, passes } = machine()
    expect(clock.now()).toBe(0)
    passes(1234.56)
    expect(clock.now()).toBe(1234.5)
    const wallMs = 1_800_000_000_000
    expect(clock.origin).toEqual({ monotonicNs: '5000000000000', wallMs, boot: 'a' })
    expect(clock.originWallMs).toBe(wallMs)
  })

  it('has no origin for others where the kernel does not say which start it is', () => {
    expect(new RunClock({ monotonicNs: () => 5n, wallMs: () => 7 }).origin).toBeUndefined()
  })

  it.each([60_000, -60_000])('goes on when the clock on the wall is set by %d ms, and tells that', byMs => {
    const { clock, passes, isSet, wall } = machine()
    passes(10_000)
    isSet(byMs)
    passes(500)
    expect(clock.now()).toBe(10_500)
    expect(clock.takeSteps()).toEqual([{ at: 10_500, byMs }])
    expect(clock.takeSteps()).toEqual([])
    passes(1000)
    expect(clock.wallAt(clock.now())).toBe(wall())
    expect(clock.wallAt(5000)).toBe(1_800_000_005_000)
  })

  it('tells a suspension from a clock that was set', () => {
    const { clock, passes, sleeps } = machine()
    passes(1000)
    sleeps(3_600_000)
    expect(clock.takeSteps()).toEqual([{ at: 1000, byMs: 3_600_000, suspendedMs: 3_600_000 }])
  })

  it('knows nothing of suspension where the machine does not tell', () => {
    const { clock, sleeps } = machine({ canSuspend: false })
    sleeps(5000)
    expect(clock.takeSteps()).toEqual([{ at: 0, byMs: 5000 }])
  })

  it('leaves alone what a time service slews, and counts many small steps together', () => {
    const { clock, isSet } = machine()
    isSet(200)
    expect(clock.takeSteps()).toEqual([])
    isSet(200)
    expect(clock.takeSteps()).toEqual([{ at: 0, byMs: 400 }])
  })

  describe('reads times of the wall', () => {
    it('as they are while nobody sets it', () => {
      const { clock, passes, wall } = machine()
      passes(1000)
      const then = wall()
      passes(700)
      expect(clock.at(then)).toBe(1000)
    })

    it.each([60_000, -60_000, 2000])('across a step of %d ms, of before and after it', byMs => {
      const { clock, passes, isSet, wall } = machine()
      passes(10_000)
      const before = wall()
      passes(1000)
      isSet(byMs)
      clock.takeSteps()
      passes(1700)
      const after = wall()
      passes(300)
      expect(clock.at(after)).toBe(12_700)
      expect(clock.at(before)).toBe(10_000)
    })

    it('between a step and its notice as times after it', () => {
      const { clock, passes, isSet, wall } = machine()
      passes(20_000)
      isSet(-5000)
      passes(400)
      const then = wall()
      passes(600)
      expect(clock.at(then)).toBe(20_400)
    })

    it('as now where they cannot be', () => {
      const { clock, passes, wall } = machine()
      passes(1000)
      expect(clock.at(wall() + 60_000)).toBe(1000)
    })
  })
})

describe('the clocks of this machine', () => {
  it('are the same for every process', () => {
    const before = machineClocks.monotonicNs()
    const { stdout } = spawnSync(process.execPath, ['-p', 'process.hrtime.bigint()'], { encoding: 'utf8' })
    const other = BigInt(stdout.trim().slice(0, -1))
    expect(other > before).toBe(true)
    expect(machineClocks.monotonicNs() > other).toBe(true)
  })

  it('count from a start of the kernel that has a name', () => {
    expect(bootId() ?? '').toMatch(process.platform === 'linux' ? /^[0-9a-f-]{36}$/ : /^$/)
  })
})
