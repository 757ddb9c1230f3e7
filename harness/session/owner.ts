import { readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** Who answers for a run's containers: owner.json in the run directory, written before anything is created. */
export interface Owner {
  readonly pid: number
  /** Start of that process in clock ticks since boot, because pids are used again; null where it cannot be known. */
  readonly processStart: string | null
  readonly host: string
  /** kept: the process may be gone, its containers are to stay (--keep, up). */
  readonly state: 'running' | 'kept'
}

export type OwnerState = 'running' | 'kept' | 'dead' | 'elsewhere'

const ownerFile = 'owner.json'

/** The directory of the run that this process plays; undefined before it has one. */
let playing: string | undefined
export const directoryInPlay = (): string | undefined => playing

/** Writes down that this process answers for the run. */
export async function writeOwner(directory: string, state: Owner['state']): Promise<void> {
  const owner: Owner = {
    pid: process.pid,
    processStart: await processStart(process.pid),
    host: hostname(),
    state,
  }
  playing = directory
  await writeFile(join(directory, ownerFile), `${JSON.stringify(owner)}\n`)
}

/** Whether anybody still answers for what a run left on the engine. */
export async function ownerState(directory: string | undefined): Promise<OwnerState> {
  if (directory === undefined) return 'dead'
  const text = await readFile(join(directory, ownerFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    // Of somebody else, whose folder is closed to us.
    return error.code === 'EACCES' || error.code === 'EPERM' ? null : undefined
  })
  if (text === null) return 'elsewhere'
  if (text === undefined) return 'dead'
  const owner = readOwner(text)
  return owner === undefined ? 'dead' : judgeOwner(owner, hostname(), processStart)
}

/** Torn where the machine went down while it was written: whoever wrote it is gone. */
function readOwner(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner
  } catch {
    return undefined
  }
}

/** Pure but for the question whether a process runs. */
export async function judgeOwner(
  owner: Owner,
  host: string,
  startOf: (pid: number) => Promise<string | null>,
): Promise<OwnerState> {
  if (owner.state === 'kept') return 'kept'
  if (owner.host !== host) return 'elsewhere'
  const start = await startOf(owner.pid)
  if (owner.processStart !== null) return start === owner.processStart ? 'running' : 'dead'
  return isAlive(owner.pid) ? 'running' : 'dead'
}

/** Field 22 of /proc/PID/stat; null where there is no such process, or no /proc. */
async function processStart(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  // The second field is the command in parentheses, which may hold anything, so fields are counted from its end.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
