import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunningNetwork } from '../../model/backend.ts'
import { tokenVariable } from '../../model/node-config.ts'
import type { Deployment, UpOptions } from '../../model/ports/backend.ts'
import type { Engine } from '../engine/engine.ts'
import { explainEngineError } from '../engine/engine-error.ts'
import { retrying } from '../engine/retry.ts'
import { inFlight, inWaves } from '../engine/waves.ts'
import { driverCommand, shaperCommand } from '../images/images.ts'
import { registryGrafana } from '../images/monitoring.ts'
import { cgroupParentOf, inOneCgroup } from '../project/cgroup-parent.ts'
import { findConfigHashes } from '../project/config-hash.ts'
import { type CreateContext, networkOptions, volumeOptions } from '../project/container-options.ts'
import { createContainer, startContainer } from '../project/containers.ts'
import { withMonitoring } from '../project/monitoring.ts'
import { writeMonitoringFiles } from '../project/monitoring-files.ts'
import { buildProject, type ComposeProject } from '../project/project.ts'
import { renderProject } from '../project/render.ts'
import { runningNetwork } from './network.ts'
import { requirePortFree } from './port.ts'
import { removeRun } from './teardown.ts'

/**
 * Brings a network up as a Docker Compose project. The Compose file is written for people and for `docker compose`; the
 * containers are made through the engine's API, in less time than `docker compose up` takes for 500 of them.
 */
export async function bringUp(
  engine: Engine,
  deployment: Deployment,
  options: UpOptions,
): Promise<RunningNetwork> {
  const { docker } = engine
  if (options.driverPort !== undefined) await requirePortFree(options.driverPort, docker)
  const context = await prepare(engine, deployment, options)
  const since = Date.now()
  try {
    const ids = await startAll(engine, context, deployment, options)
    return await runningNetwork({ engine, deployment, ids, since, log: options.log })
  } catch (error) {
    // The first error is the one reported: what is left is found by label at the next start.
    await removeRun(docker, deployment.run).catch(cause => options.log(`teardown: ${cause.message}`))
    throw error
  }
}

/** Writes the Compose file and its variables, and gathers what the engine is told beside them. */
async function prepare(engine: Engine, deployment: Deployment, options: UpOptions): Promise<CreateContext> {
  const { directory, plan, token } = deployment
  const composeFile = join(directory, 'compose.yaml')
  const variables = { [tokenVariable]: token }
  const project = projectOf(engine, deployment, options)
  if (options.watchers) await writeMonitoringFiles(directory, plan)
  await writeFile(composeFile, renderProject(project))
  await writeFile(join(directory, '.env'), `${tokenVariable}=${token}\n`, { mode: 0o600 })
  const [configHashes, imageIds] = await Promise.all([
    findConfigHashes(composeFile, options.log),
    findImageIds(project, engine),
  ])
  return {
    project,
    directory,
    composeFile,
    composeVersion: engine.composeVersion,
    configHashes,
    imageIds,
    variables,
  }
}

function projectOf(
  engine: Engine,
  { run, plan, system: { deployment } }: Deployment,
  { images, driverPort, watchers }: UpOptions,
): ComposeProject {
  const project = buildProject(plan, { run, deployment, images, driverCommand, shaperCommand, driverPort })
  const parent = cgroupParentOf(engine.cgroupDriver)
  if (watchers === undefined) return inOneCgroup(project, parent)
  const { prometheus, grafana = registryGrafana } = watchers
  return inOneCgroup(
    withMonitoring(project, plan, run, { prometheus, grafana, user: ownerOf(engine) }),
    parent,
  )
}

/** Whom the run directory belongs to as a container sees it: without privileges not even root writes into somebody else's. */
function ownerOf({ rootless }: Engine): string {
  return rootless ? '0:0' : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`
}

async function findImageIds(
  project: ComposeProject,
  { docker }: Engine,
): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(Object.values(project.services).map(service => service.image))]
  const found = names.map(async name => {
    const { Id } = await docker
      .getImage(name)
      .inspect()
      .catch(error => {
        // Grafana's image may be missing: its service waits under a profile.
        if (name === registryGrafana) return { Id: '' }
        throw explainEngineError(error, `looking for image ${name}`)
      })
    return [name, Id] as const
  })
  return new Map(await Promise.all(found))
}

/** Container ids by service name. The driver comes first, so that it can tell who is ready from the start. */
async function startAll(
  { docker, cpus }: Engine,
  context: CreateContext,
  deployment: Deployment,
  { log, watchers, signal, onProgress }: UpOptions,
): Promise<ReadonlyMap<string, string>> {
  const again = (doing: string) => (error: unknown) =>
    log(`${doing} is tried again: ${(error as Error).message}`)
  const make = (doing: string, work: () => Promise<unknown>) =>
    retrying(work, again(doing)).catch(error => {
      throw explainEngineError(error, doing)
    })
  for (const [name, network] of Object.entries(context.project.networks))
    await make(`creating network ${name}`, () => docker.createNetwork(networkOptions(name, network, context)))
  for (const [name, volume] of Object.entries(context.project.volumes ?? {}))
    await make(`creating volume ${name}`, () => docker.createVolume(volumeOptions(name, volume, context)))
  const ids = new Map<string, string>()
  let started = 0
  const nodes = deployment.plan.nodes.filter(({ host }) => host === undefined)
  const watching = [
    ...(watchers ? ['prometheus'] : []),
    ...(watchers?.grafana === undefined ? [] : ['grafana']),
  ]
  const hasShaper = context.project.services.shaper !== undefined
  const total = nodes.length + (hasShaper ? 2 : 1) + watching.length
  const report = () => onProgress({ created: ids.size, started, total })
  const bring = async (name: string) => {
    const container = await createContainer(docker, name, context, again(`creating ${name}`))
    ids.set(name, container.id)
    report()
    await startContainer(container, name, again(`starting ${name}`))
    started++
    report()
  }
  await bring('driver')
  if (hasShaper) await bring('shaper')
  await inWaves(nodes, { limit: inFlight(cpus), signal }, node => bring(node.name))
  // Last, so that nobody asks for metrics of nodes that are not there; and nothing of a run depends on it.
  for (const name of watching) {
    await bring(name).catch(error => log(`${name} is left out of this run: ${error.message}`))
  }
  return ids
}
