import { setTimeout as delay } from 'node:timers/promises'
import { isTransient } from './engine-error.ts'

const attemptsMax = 4
/** First pause; each further one is twice as long, so that an engine under load gets room. */
const pauseMs = 200

/**
 * Does `work`, again when the engine failed in passing.
 * @param onRetry called with the failure before each further attempt
 */
export async function retrying<T>(work: () => Promise<T>, onRetry: (error: unknown) => void): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === attemptsMax || !isTransient(error)) throw error
      onRetry(error)
      await delay(pauseMs * 2 ** (attempt - 1))
    }
  }
}
