import type Docker from 'dockerode'
import { explainEngineError, statusOf } from './engine-error.ts'
import { labels } from './labels.ts'
import { retrying } from './retry.ts'
import { inWaves } from './waves.ts'

/** Removals at the same time: more than this and the engine takes no less time (measured from 4 to 16). */
const removalsInFlight = 8

/** Sweeps until nothing is left: a container that was being created when the list was made shows up in the next. */
const sweepsMax = 4

/**
 * Removes every container, network and volume that carries the run's label, in whatever state: running, paused, dead.
 * Twice without harm.
 * @returns how many there were
 * @throws HarnessError when something cannot be removed; the rest is gone then
 */
export async function removeRun(
  docker: Docker,
  run: string,
): Promise<{ containers: number; networks: number }> {
  const removed = { containers: 0, networks: 0 }
  const filters = { label: [`${labels.run}=${run}`] }
  for (let sweep = 1; sweep <= sweepsMax; sweep++) {
    const containers = await attempt(
      () => docker.listContainers({ all: true, filters }),
      'listing containers',
    )
    const networks = await attempt(() => docker.listNetworks({ filters }), 'listing networks')
    if (containers.length + networks.length === 0) return removed
    removed.containers += await removeContainers(docker, containers)
    for (const network of networks) {
      const gone = await attempt(
        () => absentIsFine(docker.getNetwork(network.Id).remove()),
        `removing network ${network.Name}`,
      )
      if (gone) removed.networks++
    }
  }
  return removed
}

async function removeContainers(
  docker: Docker,
  containers: readonly Docker.ContainerInfo[],
): Promise<number> {
  let removed = 0
  const failures: unknown[] = []
  await inWaves(containers, { limit: removalsInFlight }, async info => {
    const container = docker.getContainer(info.Id)
    try {
      // A frozen process cannot die; engines differ in whether a forced removal thaws it first.
      if (info.State === 'paused') await container.unpause().catch(() => {})
      await attempt(
        () => absentIsFine(container.remove({ force: true, v: true })),
        `removing container ${info.Names[0]?.slice(1)}`,
      )
      removed++
    } catch (error) {
      failures.push(error)
    }
  })
  if (failures.length > 0) throw failures[0]
  return removed
}

async function attempt<T>(work: () => Promise<T>, doing: string): Promise<T> {
  try {
    return await retrying(work, () => {})
  } catch (error) {
    throw explainEngineError(error, doing)
  }
}

/** @returns false when somebody else removed it, or is at it */
async function absentIsFine(removal: Promise<unknown>): Promise<boolean> {
  try {
    await removal
    return true
  } catch (error) {
    if (statusOf(error) === 404 || (statusOf(error) === 409 && /in progress/.test(String(error))))
      return false
    throw error
  }
}
