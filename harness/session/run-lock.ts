import { readdir, readlink } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { exitCodes, HarnessError } from '../../model/errors.ts'
import type { Claimant, Engine, FoundRun, Taken } from '../../model/ports/backend.ts'
import { bootId } from '../../nodes/adapters/boot-id.ts'
import { runsRoot } from '../records/directory.ts'
import { directoryInPlay, type OwnerState, ownerState } from './owner.ts'

/** A run that has just ended holds its lock a moment longer than its terminal shows. */
const withinMs = 2000

const holderSchema = z.object({
  user: z.string(),
  pid: z.number(),
  folder: z.string(),
  directory: z.string().optional(),
})

/**
 * Takes the right to run something on an engine, against everybody who uses it.
 * @throws HarnessError `run-in-progress`, naming the run that has it and its owner
 */
export async function takeRunLock(engine: Engine, signal?: AbortSignal): Promise<AsyncDisposable> {
  const holder = () => ({ ...ownName(), folder: process.cwd(), directory: directoryInPlay() })
  const claim = await engine.claim(await ownClaim(), { holder, withinMs, signal })
  if (Symbol.asyncDispose in claim) return claim
  throw claim.by === 'elsewhere' ? claimed(claim) : await inProgress(engine, claim.holder)
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

function claimed({
  claimant: { user, pid, host },
  release,
}: Extract<Taken, { by: 'elsewhere' }>): HarnessError {
  return new HarnessError({
    code: 'run-in-progress',
    message: `the engine is in use by a run of ${user} on ${host} (pid ${pid} there); concurrent runs would distort each other's figures`,
    next: `wait until it ends; if it was killed, release the engine with: ${release}`,
    exitCode: exitCodes.unavailable,
  })
}

async function inProgress(engine: Engine, told: unknown): Promise<HarnessError> {
  const holder = holderSchema.safeParse(told).data
  if (holder?.directory !== undefined) return runOf({ ...holder, directory: holder.directory })
  for (const run of [...(await engine.findRuns()), ...(await runsHere())])
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
    .map(run => ({ run, instances: 0, networks: 0, directory: join(runsRoot, run) }))
}

/** Why a new run is refused while another one is on the engine. */
export function occupied(found: FoundRun, state: Exclude<OwnerState, 'dead'>): HarnessError {
  const { run, instances, directory } = found
  const where = `run ${run} (${instances === 0 ? '' : `${instances} containers, `}${directory ?? 'folder unknown'})`
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
