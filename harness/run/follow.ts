import { setTimeout as delay } from 'node:timers/promises'
import type { DriverStatus } from '../../model/driver-config.ts'
import { HarnessError } from '../../model/errors.ts'
import type { DriverClient } from './driver-client.ts'

/** Between two looks at the driver: fresh enough for a person, cheap enough for a small machine. */
const lookEveryMs = 500

/** A driver that does not answer for this long is gone; while it starts it does not answer either. */
const silenceMsMax = 20_000

/**
 * Looks at the driver until `done` says so.
 * @returns the status that ended it, or undefined when `withinMs` passed first
 * @throws the signal's reason, or HarnessError `driver-gone`
 */
export async function followDriver(
  driver: DriverClient,
  options: {
    readonly done: (status: DriverStatus) => boolean
    readonly withinMs: number
    readonly signal: AbortSignal
    readonly onStatus?: (status: DriverStatus) => void
  },
): Promise<DriverStatus | undefined> {
  const deadline = performance.now() + options.withinMs
  let answeredAt = performance.now()
  for (;;) {
    options.signal.throwIfAborted()
    try {
      const status = await driver.status()
      answeredAt = performance.now()
      options.onStatus?.(status)
      if (options.done(status)) return status
    } catch (cause) {
      if (performance.now() - answeredAt > silenceMsMax) throw driverGone(cause)
    }
    if (performance.now() > deadline) return undefined
    await delay(lookEveryMs, undefined, { signal: options.signal }).catch(() =>
      options.signal.throwIfAborted(),
    )
  }
}

function driverGone(cause: unknown): HarnessError {
  return new HarnessError({
    code: 'driver-gone',
    message: `the driver has not answered for ${silenceMsMax / 1000} s (${(cause as Error).message})`,
    next: 'read its output in logs/driver.log of the run directory',
    exitCode: 2,
    cause,
  })
}
