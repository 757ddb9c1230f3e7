import type Docker from 'dockerode'
import type { Removed } from '../../model/ports/backend.ts'
import { explainEngineError, isNetworkInUse, statusOf } from '../engine/engine-error.ts'
import { labels } from '../engine/labels.ts'
import { retrying } from '../engine/retry.ts'
import { inWaves } from '../engine/waves.ts'
import { stopShaper } from '../shaper/shaper-container.ts'

/** Removals at the same time: more than this and the engine takes no less time (measured from 4 to 16). */
const removalsInFlight = 8

/** Sweeps until nothing is left: a container that was being created when the list was made shows up in the next. */
const sweepsMax = 4

/**
 * Removes every container, network and volume that carries the run's label, in whatever state: running, paused, dead.
 * Twice without harm.
 * @throws HarnessError when something else cannot be removed; the rest is gone then
 */
export async function removeRun(docker: Docker, run: string): Promise<Removed> {
  const filters = { label: [`${labels.run}=${run}`] }
  const stuck = new Map<string, string>()
  let [instances, networks] = [0, 0]
  for (let sweep = 1; sweep <= sweepsMax; sweep++) {
    const presentContainers = await attempt(
      () => docker.listContainers({ all: true, filters }),
      'listing containers',
    )
    const labelled = await attempt(() => docker.listNetworks({ filters }), 'listing networks')
    const presentNetworks = labelled.filter(({ Id }) => !stuck.has(Id))
    if (presentContainers.length + presentNetworks.length === 0) break
    instances += await removeContainers(docker, presentContainers)
    for (const { Id, Name } of presentNetworks) {
      const outcome = await removeNetwork(docker, Id, Name)
      if (outcome === 'removed') networks++
      if (outcome === 'stuck') stuck.set(Id, Name)
    }
  }
  await removeVolumes(docker, filters)
  return { instances, networks, stuck: [...stuck.values()] }
}

/** Volumes can go once nothing uses them any more. */
async function removeVolumes(docker: Docker, filters: { label: string[] }): Promise<void> {
  const { Volumes } = await attempt(() => docker.listVolumes({ filters }), 'listing volumes')
  for (const { Name } of Volumes ?? [])
    await attempt(() => absentIsFine(docker.getVolume(Name).remove()), `removing volume ${Name}`)
}

/** Under load an engine sometimes miscounts; nothing but its restart helps, and nobody is harmed by an empty network. */
async function removeNetwork(
  docker: Docker,
  id: string,
  name: string,
): Promise<'removed' | 'absent' | 'stuck'> {
  try {
    const isRemoved = await retrying(
      () => absentIsFine(docker.getNetwork(id).remove()),
      () => {},
    )
    return isRemoved ? 'removed' : 'absent'
  } catch (error) {
    if (isNetworkInUse(error)) return 'stuck'
    throw explainEngineError(error, `removing network ${name}`)
  }
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
      // A shaper that is stopped in order heals what it holds, also in containers that stay.
      if (info.Labels[labels.role] === 'shaper') return await stopShaper(container).then(() => void removed++)
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
