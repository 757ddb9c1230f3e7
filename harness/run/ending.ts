import type { RunClock } from '../../model/clock.ts'
import type { EndEvent } from '../../model/event.ts'
import type { HistoryWriter } from '../history/writer.ts'
import { Broken, Interrupted, type Interrupts, isInterruption } from './interrupts.ts'

/** Writes the last line: why the run ended, and by what. */
export async function closeHistory(
  {
    history,
    clock,
  }: { readonly history: HistoryWriter; readonly clock: Pick<RunClock, 'now' | 'takeSteps'> },
  failure: Error | undefined,
  interrupts: Pick<Interrupts, 'stop'>,
): Promise<void> {
  for (const step of clock.takeSteps()) history.append({ type: 'step', ...step })
  history.append({ type: 'end', at: clock.now(), ...endingOf(failure, interrupts) })
  await history.close()
}

/** A signal is no failure, however what was under way tells of it; what broke beside it is one. */
export function endingOf(
  failure: Error | undefined,
  { stop }: Pick<Interrupts, 'stop'>,
): Pick<EndEvent, 'reason' | 'message'> {
  if (failure !== undefined && !isInterruption(failure)) return { reason: 'failed', message: failure.message }
  if (!stop.aborted) return { reason: 'done' }
  const { reason } = stop
  if (reason instanceof Broken) return { reason: 'failed', message: reason.message }
  return { reason: 'interrupted', ...(reason instanceof Interrupted ? { message: reason.by } : {}) }
}
