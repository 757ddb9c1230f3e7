import { HarnessError } from '../../model/errors.ts'
import type { Claimant, ClaimOptions, Taken } from '../../model/ports/backend.ts'
import type { Engine } from './engine.ts'
import { claimEngine, claimVolume } from './engine-claim.ts'
import { askHolder, takeLock } from './lock.ts'

/**
 * Takes an engine for one run until disposed: against everybody on this machine with a lock, on whatever way it is reached, and
 * against other machines and containers with a claim in the engine.
 */
export async function takeEngine(
  { docker, id }: Pick<Engine, 'docker' | 'id'>,
  claimant: Claimant,
  options: ClaimOptions,
): Promise<AsyncDisposable | Taken> {
  const name = `run-${id}`
  const lock = await takeLock(name, options).catch(error => {
    if (error instanceof HarnessError && error.code === 'lock-timeout') return undefined
    throw error
  })
  if (lock === undefined) return { by: 'here', holder: await askHolder(name) }
  try {
    const claim = await claimEngine(docker, claimant)
    if (!(Symbol.asyncDispose in claim)) {
      await lock[Symbol.asyncDispose]()
      return { by: 'elsewhere', claimant: claim, release: `docker volume rm ${claimVolume}` }
    }
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
