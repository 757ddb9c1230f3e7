import { randomUUID } from 'node:crypto'
import type Docker from 'dockerode'
import type { Claimant } from '../../model/ports/backend.ts'
import { explainEngineError, statusOf } from './engine-error.ts'

/** The engine has at most one volume of a name, and gives its labels to whoever would make it again. */
export const claimVolume = 'whiteout-run'
const tokenLabel = 'whiteout.claim'
const claimantLabel = 'whiteout.claimant'

/** More than one takes turns with others that clear up the same claim. */
const tries = 5

/**
 * Claims an engine until disposed. Call it with the lock of this engine held (lock.ts): a claim that was left within its reach is
 * one of a process that was killed, and is taken over.
 * @returns the claimant that has it, where it cannot be told from here whether that lives
 */
export async function claimEngine(docker: Docker, claimant: Claimant): Promise<AsyncDisposable | Claimant> {
  const token = randomUUID()
  const labels = { [tokenLabel]: token, [claimantLabel]: JSON.stringify(claimant) }
  for (let left = tries; ; left -= 1) {
    const found = await make(docker, labels)
    if (found[tokenLabel] === token) return { [Symbol.asyncDispose]: () => remove(docker) }
    const holder = readClaimant(found[claimantLabel])
    if (holder !== undefined && !isGone(holder, claimant)) return holder
    if (left === 0) throw new Error(`the volume ${claimVolume} of the engine cannot be replaced`)
    await remove(docker)
  }
}

/** Whether a claim is one of a process that is gone: of an earlier boot of this machine, or within reach of the lock that we hold. */
export function isGone(holder: Claimant, own: Claimant): boolean {
  if (holder.boot !== own.boot) return holder.host === own.host
  return holder.namespace === own.namespace
}

/** @returns the labels of the volume that is there then, whoever made it; none where it went away meanwhile */
async function make(docker: Docker, labels: Record<string, string>): Promise<Record<string, string>> {
  try {
    await docker.createVolume({ Name: claimVolume, Labels: labels })
    return (await docker.getVolume(claimVolume).inspect()).Labels ?? {}
  } catch (error) {
    if (statusOf(error) === 404) return {}
    throw explainEngineError(error as Error, 'claiming the engine')
  }
}

async function remove(docker: Docker): Promise<void> {
  await docker
    .getVolume(claimVolume)
    .remove()
    .catch(error => {
      if (statusOf(error) !== 404) throw explainEngineError(error, 'giving the engine back')
    })
}

/** Undefined for what is no claim of ours. */
function readClaimant(text: string | undefined): Claimant | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Claimant)
  } catch {
    return undefined
  }
}
