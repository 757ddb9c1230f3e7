import type { DriverConfig } from '../model/driver-config.ts'
import type { Time } from '../model/ports/time.ts'

/** How long the collection of the final state goes on: as long as answers keep coming, up to a hard bound. */
export interface Patience {
  /** Whether the collection has to end: nothing was heard for `quietMs`, or `mostMs` have passed. */
  readonly isOver: boolean
  /** Milliseconds until the hard bound, never below zero. */
  readonly leftMs: number
  /** An answer arrived, which moves the deadline. */
  heard(): void
}

export function createPatience(
  { quietMs, mostMs }: DriverConfig['collect'],
  time: Pick<Time, 'now'>,
): Patience {
  const endsAt = time.now() + mostMs
  let quietAt = time.now() + quietMs
  return {
    get isOver() {
      return time.now() >= Math.min(endsAt, quietAt)
    },
    get leftMs() {
      return Math.max(0, endsAt - time.now())
    },
    heard: () => {
      quietAt = time.now() + quietMs
    },
  }
}
