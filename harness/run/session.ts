import { type Engine, ensureEngine, type Log } from '../../compose/engine.ts'
import { type FoundRun, findRuns } from '../../compose/leftovers.ts'
import { takeLock } from '../../compose/lock.ts'
import { chooseMeshOctet } from '../../compose/subnet.ts'
import { describeStuck, removeRun } from '../../compose/teardown.ts'
import { exitCodes, HarnessError } from '../../model/errors.ts'
import type { PlanMachine } from '../plan/resolve.ts'
import { type OwnerState, ownerState } from './owner.ts'
import { clearUndo } from './undo.ts'

/** The right to run something on an engine, held until disposed. */
export interface Session extends AsyncDisposable {
  readonly engine: Engine
  /** What plans for this engine are made from. */
  readonly machine: PlanMachine
}

/** A run that has just ended holds its lock a moment longer than its terminal shows. */
const lockWithinMs = 2000

/**
 * Comes to an engine on which nothing of ours runs: leftovers of crashed runs are removed, a run that is alive or was
 * kept is not touched.
 * @throws HarnessError `run-in-progress` or `run-kept`, naming the run and the way on
 */
export async function openSession(options: {
  readonly provision: boolean
  readonly log: Log
  readonly signal?: AbortSignal
}): Promise<Session> {
  const engine = await ensureEngine(options)
  const lock = await takeLock('run', { withinMs: lockWithinMs, signal: options.signal }).catch(
    async error => {
      if (error instanceof HarnessError && error.code === 'lock-timeout') throw await inProgress(engine)
      throw error
    },
  )
  try {
    await clearLeftovers(engine, options.log)
    const machine = { cpus: engine.cpus, meshOctet: await chooseMeshOctet(engine) }
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
      `removing what the crashed run ${found.run} left: ${found.containers} containers, ${found.networks} networks`,
    )
    const stuck = describeStuck(await removeRun(docker, found.run))
    if (stuck !== undefined) log(stuck)
    if (found.directory !== undefined) await clearUndo(found.directory)
  }
}

async function inProgress({ docker }: Engine): Promise<HarnessError> {
  const found = await findRuns(docker)
  for (const run of found)
    if ((await ownerState(run.directory)) === 'running') return occupied(run, 'running')
  return new HarnessError({
    code: 'run-in-progress',
    message: 'another run is starting on this machine; only one at a time can be measured',
    next: 'wait until it has ended, or stop it with Ctrl-C where it runs',
    exitCode: exitCodes.unavailable,
  })
}

/** Why a new run is refused while another one is on the engine. */
export function occupied(found: FoundRun, state: Exclude<OwnerState, 'dead'>): HarnessError {
  const { run, containers, directory } = found
  const where = `run ${run} (${containers} containers${directory === undefined ? '' : `, ${directory}`})`
  const refusals = {
    running: {
      code: 'run-in-progress',
      message: `${where} is in progress; two at a time would disturb each other's figures`,
      next: 'wait until it has ended, or stop it with Ctrl-C where it runs',
    },
    kept: {
      code: 'run-kept',
      message: `${where} was kept up`,
      next: `take it down with "npm run down -- ${run}", then try again`,
    },
    elsewhere: {
      code: 'run-in-progress',
      message: `${where} belongs to a harness on another machine, so it cannot be told whether it still runs`,
      next: `if it does not, take it down with "npm run down -- ${run}", then try again`,
    },
  }
  return new HarnessError({ ...refusals[state], exitCode: exitCodes.unavailable })
}
