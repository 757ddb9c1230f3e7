import { type ClockOrigin, sinceOrigin } from '../../model/clock.ts'
import type { DriverClock } from '../../model/driver-config.ts'
import { bootId } from '../../nodes/adapters/boot-id.ts'
import { machineClocks } from '../machine-clocks.ts'
import { realTime } from '../real-time.ts'

const startedNs = machineClocks.monotonicNs()
let originNs = startedNs

/** From now on times count from the run's origin, where this kernel knows that moment, or else from the start of this process. */
export function countFrom(origin: ClockOrigin | undefined): void {
  originNs = origin !== undefined && origin.boot === bootId() ? BigInt(origin.monotonicNs) : startedNs
}

/** Milliseconds since the origin, with a tenth kept; nobody can set this clock. */
export function now(): number {
  return sinceOrigin(machineClocks.monotonicNs(), originNs)
}

export const driverTime = realTime(now)

/** What the harness compares with its own clock. */
export function readClock(): DriverClock {
  return { at: now(), boot: bootId() ?? null }
}
