import { setTimeout as pause } from 'node:timers/promises'

/** Waits for a condition; a call that fails counts as not yet, and the last failure is part of the message. */
export async function until(holds: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const deadline = performance.now() + withinMs
  for (let problem = ''; ; await pause(50)) {
    try {
      if (await holds()) return
    } catch (error) {
      problem = `: ${(error as Error).message}`
    }
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${holds}${problem}`)
  }
}
