import type { ResourcesEvent, StageEvent } from '../../model/event.ts'
import type { Observations } from './observations.ts'

interface StageTimes {
  add(event: StageEvent): void
  /** Whether the load had begun at this moment, as far as is known. */
  hasBegun(at: number): boolean
  load(): Observations['load']
  readyMs(): number | undefined
}

/**
 * Both the harness and the driver may tell of the load, the harness from outside: it begins before and ends after.
 * The latest beginning and the earliest end are the exact ones.
 */
export function createStageTimes(): StageTimes {
  let beganAt: number | undefined
  let endedAt: number | undefined
  let createdAt: number | undefined
  let readyAt: number | undefined
  return {
    add: ({ stage, state, at }) => {
      if (stage === 'create' && state === 'begin') createdAt ??= at
      if (stage === 'ready' && state === 'end') readyAt ??= at
      if (stage !== 'load') return
      if (state === 'begin') beganAt = Math.max(beganAt ?? at, at)
      else endedAt = Math.min(endedAt ?? at, at)
    },
    hasBegun: at => beganAt !== undefined && at >= beganAt,
    load: () => (beganAt === undefined || endedAt === undefined ? undefined : { beganAt, endedAt }),
    readyMs: () => (createdAt === undefined || readyAt === undefined ? undefined : readyAt - createdAt),
  }
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
        first ??= event
        last = event
      }
    },
    window: () => ({ first: first === last ? (before ?? first) : first, last }),
  }
}
