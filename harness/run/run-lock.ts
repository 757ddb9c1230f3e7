import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../../compose/engine.ts'
import { type FoundRun, findRuns } from '../../compose/leftovers.ts'
import { type Lock, takeLock } from '../../compose/lock.ts'
import { exitCodes, HarnessError } from '../../model/errors.ts'
import { runsRoot } from './directory.ts'
import { type OwnerState, ownerState } from './owner.ts'

/** A run that has just ended holds its lock a moment longer than its terminal shows. */
const withinMs = 2000

/**
 * Takes the right to run something on this machine.
 * @throws HarnessError `run-in-progress`, naming the run that has it
 */
export async function takeRunLock(engine: Engine, signal?: AbortSignal): Promise<Lock> {
  return takeLock('run', { withinMs, signal }).catch(async error => {
    if (error instanceof HarnessError && error.code === 'lock-timeout') throw await inProgress(engine)
    throw error
  })
}

async function inProgress({ docker }: Engine): Promise<HarnessError> {
  for (const run of [...(await findRuns(docker)), ...(await runsHere())])
    if ((await ownerState(run.directory)) === 'running') return occupied(run, 'running')
  return new HarnessError({
    code: 'run-in-progress',
    message: 'another run is starting on this machine; only one at a time can be measured',
    next: 'wait until it has ended, or stop it with Ctrl-C where it runs',
    exitCode: exitCodes.unavailable,
  })
}

/** Faults on a project of somebody else have no container of ours but for those of links, so their folders are looked at, latest first. */
async function runsHere(): Promise<FoundRun[]> {
  const names = await readdir(runsRoot).catch(() => [])
  return names
    .filter(name => name !== 'latest')
    .sort()
    .reverse()
    .map(run => ({ run, containers: 0, networks: 0, directory: join(runsRoot, run) }))
}

/** Why a new run is refused while another one is on the engine. */
export function occupied(found: FoundRun, state: Exclude<OwnerState, 'dead'>): HarnessError {
  const { run, containers, directory } = found
  const where = `run ${run} (${containers === 0 ? '' : `${containers} containers, `}${directory ?? 'its folder is not known'})`
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
