import type { Engine, FoundRun, Log, Removed } from '../../model/ports/backend.ts'
import { describeUndone, forgetRun } from './heal-run.ts'

/** Removes what a run left on an engine, and forgets what its faults had to undo in it. */
export async function removeRun(engine: Engine, found: FoundRun, log: Log): Promise<Removed> {
  const removed = await engine.down(found)
  if (found.directory !== undefined && (await forgetRun(found.directory))) log(describeUndone(found.run))
  const stuck = describeStuck(removed)
  if (stuck !== undefined) log(stuck)
  return removed
}

/** What to tell a person of networks that stayed; undefined when none did. */
function describeStuck({ stuck }: Removed): string | undefined {
  if (stuck.length === 0) return undefined
  return `${stuck.join(', ')}: the engine counts it as in use although no container is on it; it goes with the engine's next restart and is in nobody's way`
}
