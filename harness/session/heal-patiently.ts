import { setTimeout as delay } from 'node:timers/promises'
import { backoffMs } from '../../chaos/faults/again.ts'

/** How long a guardian goes on after the harness has ended. */
export const healWithinMs = 10 * 60_000

/**
 * Heals until nothing is left to undo, with ever longer pauses.
 * @param options.attempt what is left after it
 * @param options.next the command for what is left when the time is over
 * @returns whether nothing is left
 */
export async function healPatiently(options: {
  readonly attempt: () => Promise<readonly Error[]>
  readonly log: (line: string) => Promise<void>
  readonly next: string
  readonly withinMs: number
  /** Left out, real time. */
  readonly time?: { readonly now: () => number; readonly pause: (ms: number) => Promise<unknown> }
}): Promise<boolean> {
  const { attempt, log, next, withinMs, time = { now: () => performance.now(), pause: delay } } = options
  const deadline = time.now() + withinMs
  for (let failures = 1; ; failures += 1) {
    const left = await attempt().catch((error: Error) => [error])
    const [first] = left
    if (first === undefined) return true
    const pauseMs = backoffMs(failures)
    if (time.now() + pauseMs > deadline) {
      await log(`healing failed: ${first.message}; giving up, undo the rest with ${next}`)
      return false
    }
    const leftSeconds = Math.ceil((deadline - time.now()) / 1000)
    await log(`${first.message}; retrying in ${pauseMs / 1000} s, for up to ${leftSeconds} s`)
    await time.pause(pauseMs)
  }
}
