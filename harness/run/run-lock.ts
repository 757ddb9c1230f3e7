import { readdir, readlink } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { Engine } from '../../compose/engine.ts'
import { type Claimant, claimEngine, claimVolume } from '../../compose/engine-claim.ts'
import { type FoundRun, findRuns } from '../../compose/leftovers.ts'
import { askHolder, type Lock, takeLock } from '../../compose/lock.ts'
import { exitCodes, HarnessError } from '../../model/errors.ts'
import { bootId } from '../../nodes/adapters/boot-id.ts'
import { runsRoot } from './directory.ts'
import { directoryInPlay, type OwnerState, ownerState } from './owner.ts'

/** A run that has just ended holds its lock a moment longer than its terminal shows. */
const withinMs = 2000

const holderSchema = z.object({
  user: z.string(),
  pid: z.number(),
  folder: z.string(),
  directory: z.string().optional(),
})

/** The lock of an engine, on whatever way it is reached and whoever reaches it. */
const lockName = ({ id }: Pick<Engine, 'id'>) => `run-${id}`

/**
 * Takes the right to run something on an engine: against everybody on this machine with a lock, against other machines and
 * containers with a claim in the engine.
 * @throws HarnessError `run-in-progress`, naming the run that has it and its owner
 */
export async function takeRunLock(engine: Engine, signal?: AbortSignal): Promise<Lock> {
  const holder = () => ({ ...ownName(), folder: process.cwd(), directory: directoryInPlay() })
  const lock = await takeLock(lockName(engine), { withinMs, signal, holder }).catch(async error => {
    if (error instanceof HarnessError && error.code === 'lock-timeout') throw await inProgress(engine)
    throw error
  })
  try {
    const claim = await claimEngine(engine.docker, await ownClaim())
    if (!(Symbol.asyncDispose in claim)) throw claimed(claim)
    return {
      [Symbol.asyncDispose]: async () => {
        await using _lock = lock
        await using _claim = claim
      },
    }
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

/** Some containers run as users without a name. */
function ownName(): { readonly user: string; readonly pid: number } {
  const { pid } = process
  try {
    return { user: userInfo().username, pid }
  } catch {
    return { user: String(process.getuid?.() ?? 'unknown'), pid }
  }
}

async function ownClaim(): Promise<Claimant> {
  const namespace = await readlink('/proc/self/ns/net').catch(() => hostname())
  return { ...ownName(), host: hostname(), boot: bootId() ?? hostname(), namespace }
}

function claimed({ user, pid, host }: Claimant): HarnessError {
  return new HarnessError({
    code: 'run-in-progress',
    message: `the engine is in use by a run of ${user} on ${host} (pid ${pid} there); concurrent runs would distort each other's figures`,
    next: `wait until it ends; if it was killed, release the engine with: docker volume rm ${claimVolume}`,
    exitCode: exitCodes.unavailable,
  })
}

async function inProgress(engine: Engine): Promise<HarnessError> {
  const holder = holderSchema.safeParse(await askHolder(lockName(engine))).data
  if (holder?.directory !== undefined) return runOf({ ...holder, directory: holder.directory })
  for (const run of [...(await findRuns(engine.docker)), ...(await runsHere())])
    if ((await ownerState(run.directory)) === 'running') return occupied(run, 'running')
  const whose = holder === undefined ? '' : ` of ${holder.user} (pid ${holder.pid}, in ${holder.folder})`
  return new HarnessError({
    code: 'run-in-progress',
    message: `another run${whose} is starting on this engine; only one at a time can be measured`,
    next: 'wait until it has ended, or stop it with Ctrl-C where it runs',
    exitCode: exitCodes.unavailable,
  })
}

function runOf({ user, pid, directory }: { user: string; pid: number; directory: string }): HarnessError {
  return new HarnessError({
    code: 'run-in-progress',
    message: `run ${basename(directory)} of ${user} (pid ${pid}, ${directory}) is in progress; concurrent runs would distort each other's figures`,
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
  const where = `run ${run} (${containers === 0 ? '' : `${containers} containers, `}${directory ?? 'folder unknown'})`
  const refusals = {
    running: {
      code: 'run-in-progress',
      message: `${where} is in progress; concurrent runs would distort each other's figures`,
      next: 'wait until it has ended, or stop it with Ctrl-C where it runs',
    },
    kept: {
      code: 'run-kept',
      message: `${where} was left running on purpose (up or --keep)`,
      next: `remove it with "npm run down -- ${run}", then try again`,
    },
    elsewhere: {
      code: 'run-in-progress',
      message: `${where} belongs to another user or machine; whether it still runs is unknown`,
      next: `if it does not run, remove it with "npm run down -- ${run}", then try again`,
    },
  }
  return new HarnessError({ ...refusals[state], exitCode: exitCodes.unavailable })
}
