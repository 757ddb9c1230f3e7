import type { RunClock } from '../../model/clock.ts'
import { type BeginEvent, historySchema } from '../../model/event.ts'
import type { EngineFacts } from '../../model/ports/backend.ts'
import { describeMachine } from './machine.ts'

/** The first line of a history: what, where, and what its times count from. */
export async function beginEvent(options: {
  readonly engine: EngineFacts
  readonly run: string
  readonly clock: RunClock
  readonly repeat?: string
}): Promise<BeginEvent> {
  const { engine, run, clock, repeat } = options
  const { boot, originWallMs } = clock
  return {
    ...{ type: 'begin', at: clock.now(), schema: historySchema, run },
    ...(await describeMachine(engine)),
    originWallMs,
    ...(boot === undefined ? {} : { boot }),
    ...(repeat === undefined ? {} : { repeat }),
  }
}
