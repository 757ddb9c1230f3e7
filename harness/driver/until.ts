import { setTimeout as delay } from 'node:timers/promises'

/**
 * Waits until the condition holds.
 * @returns whether it came to hold before the deadline
 * @throws the signal's reason when it aborts first
 */
export async function until(
  condition: () => boolean,
  options: { withinMs: number; everyMs: number; signal: AbortSignal },
): Promise<boolean> {
  const deadline = performance.now() + options.withinMs
  while (!condition()) {
    if (performance.now() >= deadline) return false
    await delay(options.everyMs, undefined, { signal: options.signal })
  }
  return true
}
