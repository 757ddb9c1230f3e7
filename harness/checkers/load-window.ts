import { tenths } from '../../model/clock.ts'
import type { ResourcesEvent, StageEvent } from '../../model/event.ts'
import type { Observations } from './observations.ts'

interface StageTimes {
  add(event: StageEvent): void
  /** Whether the load had begun at this moment, as far as is known. */
  hasBegun(at: number): boolean
  load(): Observations['load']
  warmup(): Observations['warmup']
  readyMs(): number | undefined
}

/**
 * Both the harness and the driver may record the load, the harness from outside: it begins before and ends after.
 * The latest beginning and the earliest end are the exact ones. A load that never came out of its warm-up did not begin.
 */
export function createStageTimes(): StageTimes {
  let beganAt: number | undefined
  let endedAt: number | undefined
  let warmup: Observations['warmup']
  let createdAt: number | undefined
  let readyAt: number | undefined
  return {
    add: ({ stage, state, at, forMs }) => {
      if (stage === 'create' && state === 'begin') createdAt ??= at
      if (stage === 'ready' && state === 'end') readyAt ??= at
      if (stage === 'warmup' && state === 'begin' && forMs !== undefined) {
        warmup = { beganAt: at, endsAt: warmupEnd(at, forMs) }
        beganAt = undefined
      }
      if (stage !== 'load') return
      if (state === 'begin') beganAt = Math.max(beganAt ?? at, at)
      else endedAt = Math.min(endedAt ?? at, at)
    },
    // The line of its begin may come long after that moment, where the driver is starved.
    hasBegun: at => at >= (beganAt ?? warmup?.endsAt ?? Number.POSITIVE_INFINITY),
    load: () => (beganAt === undefined || endedAt === undefined ? undefined : { beganAt, endedAt }),
    warmup: () => warmup,
    readyMs: () => (createdAt === undefined || readyAt === undefined ? undefined : readyAt - createdAt),
  }
}

/** When the measured load begins, to the tenth of a millisecond, as histories have times. */
export function warmupEnd(beganAt: number, forMs: number): number {
  return tenths(beganAt + forMs)
}

interface ResourceWindow {
  add(event: ResourcesEvent): void
  window(): Observations['resources']
}

/** Keeps three samples of however many come: the last before the load, and the first and last during it. */
export function createResourceWindow(times: StageTimes): ResourceWindow {
  let before: ResourcesEvent | undefined
  let first: ResourcesEvent | undefined
  let last: ResourcesEvent | undefined
  return {
    add: event => {
      const load = times.load()
      if (!times.hasBegun(event.at)) before = event
      else if (load === undefined || event.at <= load.endedAt) {
        // What was taken for the first may turn out to be of the warm-up.
        if (first !== undefined && !times.hasBegun(first.at)) {
          before = first
          first = undefined
        }
        first ??= event
        last = event
      }
    },
    window: () => ({ first: first === last ? (before ?? first) : first, last }),
  }
}
