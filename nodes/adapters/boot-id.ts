import { readFileSync } from 'node:fs'

/** Which start of which kernel this process runs on (random(4), boot_id); undefined where the kernel does not say. */
export function bootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return undefined
  }
}
