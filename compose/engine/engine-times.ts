import type { RunClock } from '../../model/clock.ts'
import type { Engine } from './engine.ts'

/** What the engine's times, which it tells by its machine's clock on the wall, are on the clock of a run. */
export interface EngineTimes {
  at(wallMs: number): number
  /** The other way round, rounded up to the next millisecond; undefined where it is not known. */
  wallAt(at: number): number | undefined
}

/** An engine on another kernel has another clock: its events have the time at which they come. */
export function engineTimes({ isLocal }: Pick<Engine, 'isLocal'>, clock: RunClock): EngineTimes {
  if (!isLocal) return { at: () => clock.now(), wallAt: () => undefined }
  return { at: wallMs => clock.at(wallMs), wallAt: at => Math.ceil(clock.wallAt(at)) }
}
