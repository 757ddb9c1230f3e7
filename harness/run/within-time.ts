import { setTimeout as delay } from 'node:timers/promises'

/**
 * Waits for work that goes on elsewhere.
 * @returns whether it was done before the deadline
 * @throws the signal's reason when it aborts first
 */
export async function withinTime(
  work: Promise<unknown>,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const ended = new AbortController()
  const timer = delay(withinMs, false, { signal: AbortSignal.any([signal, ended.signal]) }).catch(() => {
    signal.throwIfAborted()
    return false
  })
  return Promise.race([work.then(() => true), timer]).finally(() => ended.abort())
}
