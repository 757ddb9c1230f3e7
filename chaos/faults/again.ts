import { HarnessError } from '../../model/errors.ts'
import { pause, type Time } from '../../model/ports/time.ts'

/** First pause; each further one is twice as long, up to the longest. */
const pauseMs = 500
const longestMs = 30_000

/** How long to wait after so many failed attempts, milliseconds. */
export function backoffMs(failures: number): number {
  return Math.min(longestMs, pauseMs * 2 ** (failures - 1))
}

/**
 * Does `work`, again and again while it fails and there is patience.
 * @param patience no further attempt once it aborts, none at all without it
 * @returns what the first attempt failed of; undefined when it did not
 * @throws the last failure when patience has ended, or the container is gone for good
 */
export async function again(
  work: () => Promise<void>,
  { time, patience }: { readonly time: Time; readonly patience?: AbortSignal | undefined },
): Promise<Error | undefined> {
  let first: Error | undefined
  for (let failures = 1; ; failures += 1) {
    try {
      await work()
      return first
    } catch (error) {
      first ??= error as Error
      const isGone = error instanceof HarnessError && error.code === 'container-gone'
      if (patience === undefined || patience.aborted || isGone) throw error
      await pause(time, backoffMs(failures), patience)
    }
  }
}
