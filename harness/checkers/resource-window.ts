import type { ResourcesEvent } from '../../model/event.ts'
import type { StageTimes } from '../history/stage-times.ts'
import type { Observations } from './observations.ts'

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
      const { load } = times
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
