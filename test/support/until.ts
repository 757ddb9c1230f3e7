import { setTimeout as pause } from 'node:timers/promises'

/**
 * Waits for a condition; a call that fails counts as not yet, and the last failure is part of the message.
 * @returns how long it took, milliseconds
 */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<number> {
  const beganMs = performance.now()
  for (let problem = ''; ; await pause(10)) {
    try {
      if (await holds()) return performance.now() - beganMs
    } catch (error) {
      problem = `: ${(error as Error).message}`
    }
    if (performance.now() - beganMs > withinMs) {
      throw new Error(`not within ${withinMs} ms: ${what}${problem}`)
    }
  }
}
