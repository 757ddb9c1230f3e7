import type Docker from 'dockerode'
import { instancesOfPlace, type Place } from '../../model/backend.ts'
import { exitCodes, HarnessError } from '../../model/errors.ts'
import type { ProjectFacts } from '../../model/ports/backend.ts'
import { whereabouts } from '../containers/container-group.ts'
import { explainEngineError, statusOf } from '../engine/engine-error.ts'
import { composeLabels, labels } from '../engine/labels.ts'
import { inWaves } from '../engine/waves.ts'
import { ownContainers } from './own-container.ts'
import { type Naming, nameContainers } from './project-names.ts'
import { shareNamespaces } from './project-places.ts'

/** The containers of a Compose project, whoever started it. */
export interface ProjectContainers extends ProjectFacts {
  /** Why the containers of a place cannot be ended, and why its links cannot be cut, by index; undefined where they can be. */
  readonly hazards: readonly Hazards[]
}

/** What a fault would do that cannot be undone, or to others. */
interface Hazards {
  readonly ending: string | undefined
  readonly cutting: string | undefined
}

type Inspected = Docker.ContainerInspectInfo

/** Inspections at the same time. */
const inFlight = 8

/**
 * Finds the running containers of a project by Compose's labels. A service of one container goes by its name, `web`; of
 * several they are `web-1`, `web-2`. Containers that share a namespace are one place, `app+proxy`.
 * @throws HarnessError when there is no such project, or none of it runs
 */
export async function findProject(docker: Docker, project: string): Promise<ProjectContainers> {
  const own = await ownContainers()
  const all = await docker.listContainers({ all: true }).catch(error => {
    throw explainEngineError(error, 'looking for the project')
  })
  // Of a network of ours the driver and the shaper are no targets.
  const ours = all.filter(
    ({ Labels }) =>
      Labels[composeLabels.project] !== undefined && [undefined, 'node'].includes(Labels[labels.role]),
  )
  const found = ours.filter(({ Labels }) => Labels[composeLabels.project] === project)
  const isOneOff = ({ Labels }: Found) => Labels[composeLabels.oneOff]?.toLowerCase() === 'true'
  const isTarget = (each: Found) => found.includes(each) && !isOneOff(each) && !own.has(each.Id)
  const targets = found.filter(each => isTarget(each) && each.State === 'running').sort(byName)
  if (targets.length === 0) throw nothingRuns(project, found.length, ours)
  const others = all.filter(each => each.State === 'running' && !targets.includes(each))
  const hittable = await inspectAll(docker, targets)
  const inspected = [...hittable, ...(await inspectAll(docker, others))]
  const naming = nameContainers(hittable.map(nameable))
  const nameOf = (index: number) => naming.names[index] ?? nameIn(inspected[index]!)
  const shared = shareNamespaces(
    inspected.map(({ Id, HostConfig }, index) => ({
      id: Id,
      isTarget: index < hittable.length,
      modes: [HostConfig.NetworkMode, HostConfig.PidMode, HostConfig.IpcMode],
    })),
  )
  const placeOfContainer = new Map(
    shared.flatMap(({ members }, place) => members.map(member => [member, place] as const)),
  )
  const places = shared.map(({ members }) =>
    placeOf(members.map(index => [nameOf(index), inspected[index]!])),
  )
  return {
    project,
    places,
    selectors: selectorsOf(naming, placeOfContainer, places),
    doubtful: naming.doubtful,
    services: [...new Set(targets.flatMap(({ Labels }) => Labels[composeLabels.service] ?? []))],
    ignored: found
      .filter(each => !isOneOff(each) && each.State !== 'running')
      .map(each => `${listedName(each)} (${each.State})`),
    oneOffs: found.filter(each => isOneOff(each)).map(listedName),
    own: found.filter(({ Id }) => own.has(Id)).map(listedName),
    hazards: shared.map(({ members, strangers, dependents }) =>
      hazardsOf(
        members.map(index => inspected[index]!),
        strangers.map(nameOf),
        dependents.map(nameOf),
      ),
    ),
  }
}

/**
 * Makes sure that links of some of these containers can be cut as a whole, and that nothing else would be cut with them.
 * @param hit indexes of those that faults of links select
 * @throws HarnessError naming the container that cannot
 */
export async function requireShapeable(
  docker: Docker,
  { places, hazards }: ProjectContainers,
  hit: readonly number[],
): Promise<void> {
  for (const index of hit) {
    const { name, container } = places[index]!
    const { HostConfig, NetworkSettings } = await docker.getContainer(container).inspect()
    const mode = HostConfig.NetworkMode ?? ''
    if (mode === 'host' || mode.startsWith('container:')) {
      throw refused(`${name} has no network of its own (${mode}): its rules would hit others`)
    }
    const attached = Object.entries(NetworkSettings.Networks)
    const six = attached.find(([, { GlobalIPv6Address }]) => GlobalIPv6Address)
    if (six) throw refused(`${name} has an IPv6 address on ${six[0]}, and only IPv4 is cut`)
    if (!attached.some(([, { IPAddress }]) => IPAddress)) throw refused(`${name} is on no network`)
    const hazard = hazards[index]!.cutting
    if (hazard !== undefined) throw refused(`${name}: ${hazard}`)
  }
}

/**
 * Makes sure that containers which faults may end come back as they were.
 * @param hit indexes of those that such faults select
 * @throws HarnessError naming the container that does not
 */
export function requireEndable({ places, hazards }: ProjectContainers, hit: readonly number[]): void {
  for (const index of hit) {
    const hazard = hazards[index]!.ending
    if (hazard === undefined) continue
    throw new HarnessError({
      code: 'not-endable',
      message: `${places[index]!.name} is not to be ended: ${hazard}`,
      next: 'have such faults select other containers, or pause it, which ends nothing',
    })
  }
}

function hazardsOf(
  members: readonly Inspected[],
  strangers: readonly string[],
  dependents: readonly string[],
): Hazards {
  const passing = members.filter(({ HostConfig }) => HostConfig.AutoRemove).map(nameIn)
  const sharing = (names: readonly string[]) =>
    names.length > 0
      ? `${names.join(', ')} shares a namespace with it and is none of the project's services`
      : undefined
  return {
    ending:
      passing.length > 0
        ? `the engine removes ${passing.join(', ')} when it ends (--rm)`
        : sharing(dependents),
    cutting: sharing(strangers),
  }
}

/** What Docker gives a process to end where nothing else is said. */
const defaultGraceSeconds = 10

/** The longest that one of these containers may take to end once it is asked to, milliseconds; Infinity where the engine waits for ever. */
export async function longestGraceMs(docker: Docker, { places }: ProjectContainers): Promise<number> {
  const seconds = await Promise.all(
    places.flatMap(instancesOfPlace).map(async ({ container }) => {
      const { Config } = await docker.getContainer(container).inspect()
      return graceSeconds((Config as { StopTimeout?: number }).StopTimeout)
    }),
  )
  return Math.max(...seconds) * 1000
}

/** @param stopTimeout as the engine has it; below 0 a process is never killed */
export function graceSeconds(stopTimeout: number = defaultGraceSeconds): number {
  return stopTimeout < 0 ? Number.POSITIVE_INFINITY : stopTimeout
}

type Found = Docker.ContainerInfo

/** What has been removed since the list was made is left out. */
async function inspectAll(docker: Docker, listed: readonly Found[]): Promise<Inspected[]> {
  const found = new Map<string, Inspected>()
  await inWaves(listed, { limit: inFlight }, async ({ Id }) => {
    try {
      found.set(Id, await docker.getContainer(Id).inspect())
    } catch (error) {
      if (statusOf(error) !== 404) throw explainEngineError(error, 'looking at the project')
    }
  })
  return listed.flatMap(({ Id }) => found.get(Id) ?? [])
}

function nameable(inspected: Inspected) {
  const { Labels } = inspected.Config
  return {
    containerName: nameIn(inspected),
    service: Labels[composeLabels.service],
    number: Labels[composeLabels.number],
  }
}

function placeOf(members: readonly (readonly [name: string, Inspected])[]): Place {
  const [[, first], ...others] = members as [(typeof members)[number], ...typeof members]
  return {
    name: members.map(([name]) => name).join('+'),
    container: first.Id,
    ...whereabouts(first.NetworkSettings.Networks),
    ...(others.length > 0 ? { others: others.map(([name, { Id }]) => ({ name, container: Id })) } : {}),
  }
}

/** By what containers are called to the places they are in; a place of several has a name of its own, too. */
function selectorsOf(
  { selectors }: Naming,
  placeOfContainer: ReadonlyMap<number, number>,
  places: readonly Place[],
): ReadonlyMap<string, readonly number[]> {
  const byContainer = [...selectors].map(
    ([name, of]) => [name, [...new Set(of.map(index => placeOfContainer.get(index)!))]] as const,
  )
  const ofPlaces = places.map(({ name }, index) => [name, [index]] as const)
  return new Map([
    ...ofPlaces.filter(([, [index]]) => instancesOfPlace(places[index!]!).length > 1),
    ...byContainer,
  ])
}

function nameIn({ Name }: Inspected): string {
  return Name.slice(1)
}

function listedName({ Names }: Found): string {
  return Names[0]!.slice(1)
}

/** Labels of others may be missing. */
function byName(a: Found, b: Found): number {
  const keyOf = ({ Labels }: Found) => Labels[composeLabels.service] ?? ''
  const numberOf = ({ Labels }: Found) => Number(Labels[composeLabels.number]) || 0
  return (
    keyOf(a).localeCompare(keyOf(b)) ||
    numberOf(a) - numberOf(b) ||
    listedName(a).localeCompare(listedName(b))
  )
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
