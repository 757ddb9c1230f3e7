import type Docker from 'dockerode'
import type { Place } from '../model/backend.ts'
import { exitCodes, HarnessError } from '../model/errors.ts'
import { whereabouts } from './container-group.ts'
import { explainEngineError } from './engine-error.ts'
import { composeLabels, labels } from './labels.ts'

/** The containers of a Compose project, whoever started it. */
export interface ProjectContainers {
  readonly project: string
  readonly places: readonly Place[]
  /** Indexes into `places` by the name of the service. */
  readonly services: ReadonlyMap<string, readonly number[]>
  /** What does not run, and is left alone. */
  readonly ignored: readonly string[]
}

/**
 * Finds the running containers of a project by Compose's labels. A service of one container goes by its name, `web`; of
 * several they are `web-1`, `web-2`.
 * @throws HarnessError when there is no such project, or none of it runs
 */
export async function findProject(docker: Docker, project: string): Promise<ProjectContainers> {
  const all = await docker
    .listContainers({ all: true, filters: { label: [composeLabels.project] } })
    .catch(error => {
      throw explainEngineError(error, 'looking for the project')
    })
  // Of a network of ours the driver and the shaper are no targets.
  const ours = all.filter(({ Labels }) => [undefined, 'node'].includes(Labels[labels.role]))
  const found = ours.filter(({ Labels }) => Labels[composeLabels.project] === project)
  const running = found.filter(({ State }) => State === 'running').sort(byName)
  if (running.length === 0) throw nothingRuns(project, found.length, ours)
  const byService = Map.groupBy(running, serviceOf)
  const named = [...byService].flatMap(([service, containers]) =>
    containers.map(container => ({
      service,
      place: placeOf(container, containers.length > 1 ? `${service}-${numberOf(container)}` : service),
    })),
  )
  return {
    project,
    places: named.map(({ place }) => place),
    services: new Map([...byService.keys()].map(service => [service, indexesOf(named, service)])),
    ignored: found.filter(({ State }) => State !== 'running').map(({ Names }) => Names[0]!.slice(1)),
  }
}

/**
 * Makes sure that links of some of these containers can be cut as a whole, and that nothing else would be cut with them.
 * @param hit indexes of those that faults of links select
 * @throws HarnessError naming the container that cannot
 */
export async function requireShapeable(
  docker: Docker,
  { places }: ProjectContainers,
  hit: readonly number[],
): Promise<void> {
  for (const { name, container } of hit.map(index => places[index]!)) {
    const { HostConfig, NetworkSettings } = await docker.getContainer(container).inspect()
    const mode = HostConfig.NetworkMode ?? ''
    if (mode === 'host' || mode.startsWith('container:')) {
      throw refused(`${name} has no network of its own (${mode}): its rules would hit others`)
    }
    const attached = Object.entries(NetworkSettings.Networks)
    const six = attached.find(([, { GlobalIPv6Address }]) => GlobalIPv6Address)
    if (six) throw refused(`${name} has an IPv6 address on ${six[0]}, and only IPv4 is cut`)
    if (!attached.some(([, { IPAddress }]) => IPAddress)) throw refused(`${name} is on no network`)
  }
}

/** What Docker gives a process to end where nothing else is said. */
const defaultGraceSeconds = 10

/** The longest that one of these containers may take to end once it is asked to, milliseconds. */
export async function longestGraceMs(docker: Docker, { places }: ProjectContainers): Promise<number> {
  const seconds = await Promise.all(
    places.map(async ({ container }) => {
      const { Config } = await docker.getContainer(container).inspect()
      return (Config as { StopTimeout?: number }).StopTimeout ?? defaultGraceSeconds
    }),
  )
  return Math.max(...seconds) * 1000
}

type Found = Docker.ContainerInfo

function serviceOf({ Labels }: Found): string {
  return Labels[composeLabels.service]!
}

function numberOf({ Labels }: Found): string {
  return Labels['com.docker.compose.container-number'] ?? '1'
}

function byName(a: Found, b: Found): number {
  return serviceOf(a).localeCompare(serviceOf(b)) || Number(numberOf(a)) - Number(numberOf(b))
}

function placeOf({ Id, NetworkSettings }: Found, name: string): Place {
  return { name, container: Id, ...whereabouts(NetworkSettings.Networks) }
}

function indexesOf(named: readonly { readonly service: string }[], service: string): number[] {
  return [...named.keys()].filter(index => named[index]!.service === service)
}

function nothingRuns(project: string, present: number, all: readonly Found[]): HarnessError {
  const projects = [...new Set(all.map(({ Labels }) => Labels[composeLabels.project]!))].sort()
  const others =
    projects.length > 0 ? `; there is ${projects.join(', ')}` : '; there is no Compose project at all'
  return new HarnessError({
    code: 'no-such-project',
    message:
      present > 0
        ? `none of the ${present} containers of project "${project}" runs`
        : `no container belongs to a project "${project}"${others}`,
    next: 'start it with "docker compose up -d"; "docker compose ls" shows the names of projects',
    exitCode: exitCodes.badInput,
  })
}

function refused(message: string): HarnessError {
  return new HarnessError({
    code: 'not-shapeable',
    message,
    next: 'have faults of links select other containers, or give it an ordinary IPv4 network',
  })
}
