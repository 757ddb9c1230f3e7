import { readFileSync } from 'node:fs'
import type { MachineClocks } from '../model/clock.ts'

/** The clocks of this machine. */
export const machineClocks: MachineClocks = {
  // libuv reads CLOCK_MONOTONIC for it, without an origin of its own.
  monotonicNs: () => process.hrtime.bigint(),
  wallMs: () => Date.now(),
  bootMs: () => {
    const seconds = Number.parseFloat(textOf('/proc/uptime') ?? '')
    return Number.isNaN(seconds) ? undefined : seconds * 1000
  },
  boot: bootId,
}

/** Which start of which kernel this process runs on; undefined where the kernel does not say. */
export function bootId(): string | undefined {
  return textOf('/proc/sys/kernel/random/boot_id')
}

/** Files of proc are short and never block. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1').trim()
  } catch {
    return undefined
  }
}
