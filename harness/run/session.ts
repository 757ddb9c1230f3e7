import { type Engine, ensureEngine, type Log } from '../../compose/engine.ts'
import { findRuns } from '../../compose/leftovers.ts'
import { makeMetricsReadOnly } from '../../compose/monitoring-files.ts'
import { chooseMeshOctet } from '../../compose/subnet.ts'
import { describeStuck, removeRun } from '../../compose/teardown.ts'
import type { Machine } from '../../model/machine.ts'
import type { PlanMachine } from '../plan/resolve.ts'
import { machineOf } from './calibrate.ts'
import { ownerState } from './owner.ts'
import { occupied, takeRunLock } from './run-lock.ts'
import { clearUndo } from './undo.ts'

/** The right to run something on an engine, held until disposed. */
export interface Session extends AsyncDisposable {
  readonly engine: Engine
  /** What plans for this engine are made from. */
  readonly machine: PlanMachine
}

/**
 * Comes to an engine on which nothing of ours runs: leftovers of crashed runs are removed, a run that is alive or was
 * kept is not touched.
 * @throws HarnessError `run-in-progress` or `run-kept`, naming the run and the way on
 */
export async function openSession(options: {
  readonly provision: boolean
  readonly log: Log
  readonly signal?: AbortSignal
  /** The machine to plan for; left out, the engine's is measured. */
  readonly machine?: Machine | undefined
}): Promise<Session> {
  const engine = await ensureEngine(options)
  const lock = await takeRunLock(engine, options.signal)
  try {
    await clearLeftovers(engine, options.log)
    const known = options.machine ?? (await machineOf(engine))
    const machine = { ...known, meshOctet: await chooseMeshOctet(engine) }
    return { engine, machine, [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() }
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

async function clearLeftovers({ docker }: Engine, log: Log): Promise<void> {
  for (const found of await findRuns(docker)) {
    const state = await ownerState(found.directory)
    // What was kept and taken down by other means may have left a network that the engine does not let go.
    const isGone = state === 'dead' || (state === 'kept' && found.containers === 0)
    if (!isGone) throw occupied(found, state)
    log(
      `removing ${found.containers} containers and ${found.networks} networks that the crashed run ${found.run} left`,
    )
    const stuck = describeStuck(await removeRun(docker, found.run))
    if (stuck !== undefined) log(stuck)
    if (found.directory === undefined) continue
    await clearUndo(found.directory)
    await makeMetricsReadOnly(found.directory)
  }
}
