/**
 * The passing of time: of this machine in the programs, virtual in the simulator. Whoever takes it reads no other clock, so
 * that in virtual time nothing waits.
 */
export interface Time {
  /** Milliseconds, to the tenth, of a clock that nobody sets. */
  now(): number
  /**
   * Calls back once `ms` have passed; without any, once others had their turn.
   * @returns cancels the call
   */
  after(ms: number, callback: () => void, options?: { readonly keepsAwake?: boolean }): () => void
}

/** Resolves after so long, or earlier when the signal aborts; never rejects. */
export function pause(time: Time, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) {
      resolve()
      return
    }
    const end = () => {
      signal?.removeEventListener('abort', end)
      cancel()
      resolve()
    }
    const cancel = time.after(ms, end)
    signal?.addEventListener('abort', end, { once: true })
  })
}

/**
 * Waits until the condition holds.
 * @returns whether it came to hold before the deadline
 * @throws the signal's reason when it aborts first
 */
export async function until(
  time: Time,
  condition: () => boolean,
  options: { readonly withinMs: number; readonly everyMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const deadline = time.now() + options.withinMs
  while (!condition()) {
    if (time.now() >= deadline) return false
    await pause(time, options.everyMs, options.signal)
    options.signal.throwIfAborted()
  }
  return true
}
