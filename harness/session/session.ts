import type { Machine } from '../../model/machine.ts'
import type { Access, Backend, Engine, Log } from '../../model/ports/backend.ts'
import { machineOf } from '../calibration/calibrate.ts'
import type { PlanMachine } from '../plan/resolve.ts'
import { ownerState } from './owner.ts'
import { removeRun } from './remove-run.ts'
import { occupied, takeRunLock } from './run-lock.ts'

/** The right to run something on an engine, held until disposed. */
export interface Session extends AsyncDisposable {
  readonly engine: Engine
  /** What plans for this engine are made from. */
  readonly machine: PlanMachine & Required<Pick<PlanMachine, 'placement'>>
}

/**
 * Comes to an engine on which nothing of ours runs: leftovers of crashed runs are removed, a run that is alive or was
 * kept is not touched.
 * @throws HarnessError `run-in-progress` or `run-kept`, naming the run and the way on
 */
export async function openSession(
  backend: Backend,
  options: Access & {
    /** The machine to plan for; left out, the engine's is measured. */
    readonly machine?: Machine | undefined
  },
): Promise<Session> {
  const engine = await backend.connect(options)
  const lock = await takeRunLock(engine, options.signal)
  try {
    await clearLeftovers(engine, options.log)
    const known = options.machine ?? (await machineOf(engine))
    const machine = { ...known, placement: await engine.choosePlacement() }
    return { engine, machine, [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose]() }
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

async function clearLeftovers(engine: Engine, log: Log): Promise<void> {
  for (const found of await engine.findRuns()) {
    const state = await ownerState(found.directory)
    // What was kept and taken down by other means may have left a network that the engine does not let go.
    const isGone = state === 'dead' || (state === 'kept' && found.instances === 0)
    if (!isGone) throw occupied(found, state)
    log(
      `removing ${found.instances} containers and ${found.networks} networks that the crashed run ${found.run} left`,
    )
    await removeRun(engine, found, log)
  }
}
