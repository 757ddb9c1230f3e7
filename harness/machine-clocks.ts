import { readFileSync } from 'node:fs'
import type { MachineClocks } from '../model/clock.ts'
import { bootId } from '../nodes/adapters/boot-id.ts'

/** The clocks of this machine. */
export const machineClocks: MachineClocks = {
  // libuv reads CLOCK_MONOTONIC for it, without an origin of its own.
  monotonicNs: () => process.hrtime.bigint(),
  wallMs: () => Date.now(),
  bootMs: upMs,
  boot: bootId,
}

/** How long the machine is up, suspensions included (proc(5), uptime); undefined where it cannot be read. */
function upMs(): number | undefined {
  try {
    const seconds = Number.parseFloat(readFileSync('/proc/uptime', 'latin1'))
    return Number.isNaN(seconds) ? undefined : seconds * 1000
  } catch {
    return undefined
  }
}
