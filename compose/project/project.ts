import { isOfLimits, needsShaper } from '../../model/fault.ts'
import { nodePaths, tokenVariable } from '../../model/node-config.ts'
import { driverPort, type Plan, type PlannedNode, stopGraceMs } from '../../model/plan.ts'
import type { SystemDeployment } from '../../model/ports/system.ts'
import { cgroups, disksPath } from '../../model/shaper.ts'
import { labels } from '../engine/labels.ts'
import { layoutOf } from './placement.ts'

/** The part of the Compose file format we write; names are those of the format. */
export interface ComposeProject {
  readonly name: string
  readonly services: Readonly<Record<string, ComposeService>>
  readonly networks: Readonly<Record<string, ComposeNetwork>>
  readonly volumes?: Readonly<Record<string, ComposeVolume>>
}

export interface ComposeService {
  readonly image: string
  /** Left out, the service is part of every `docker compose up`. */
  readonly profiles?: readonly string[]
  /** `uid:gid`; left out, the image's own. */
  readonly user?: string
  /** Left out, the image's own command runs: a node's flags belong to its image. */
  readonly command?: readonly string[]
  readonly hostname: string
  readonly environment: Readonly<Record<string, string>>
  readonly volumes: readonly Mount[]
  readonly networks: Readonly<Record<string, { readonly ipv4_address?: string }>>
  /** `127.0.0.1::9100` publishes container port 9100 on a free port. */
  readonly ports?: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly cap_drop: readonly string[]
  readonly cap_add?: readonly string[]
  readonly pid?: 'host'
  readonly cgroup?: 'host'
  readonly security_opt: readonly string[]
  readonly restart: 'no'
  readonly init: boolean
  readonly stop_grace_period: `${number}s`
  readonly cpu_shares?: number
  readonly mem_limit: `${number}m`
  readonly pids_limit: number
  /** Left out, the engine's own. */
  readonly cgroup_parent?: string
  readonly ulimits: { readonly nofile: number }
  readonly logging: { readonly driver: 'json-file'; readonly options: Readonly<Record<string, string>> }
}

type Mount =
  | {
      readonly type: 'bind'
      /** Absolute, or relative to the Compose file. */
      readonly source: string
      readonly target: string
      readonly read_only: boolean
    }
  /** `source` is a volume of the project. */
  | { readonly type: 'volume'; readonly source: string; readonly target: string }

export interface ComposeVolume {
  readonly driver: 'local'
  /** As for mount(8). */
  readonly driver_opts: Readonly<Record<'type' | 'device' | 'o', string>>
  readonly labels: Readonly<Record<string, string>>
}

export interface ComposeNetwork {
  readonly driver: 'bridge'
  readonly internal?: true
  readonly ipam: { readonly config: readonly { readonly subnet: string; readonly gateway: string }[] }
  readonly labels: Readonly<Record<string, string>>
}

export interface ProjectOptions {
  readonly run: string
  /** What a node's container is. */
  readonly deployment: Pick<SystemDeployment, 'instance'>
  readonly images: { readonly node: string; readonly driver: string; readonly shaper: string }
  readonly driverCommand: readonly string[]
  readonly shaperCommand: readonly string[]
  /** Host port of the driver; left out, the engine takes a free one. */
  readonly driverPort?: number | undefined
}

const driverMemory = '3072m'
const shaperMemory = '512m'
/** A node has 1,024: the driver's figures must not suffer when hundreds of nodes want the same cores. */
const driverShares = 16_384

const shaperFiles = 4096
/** The engine's own limit may be as low as 20,000, and what is above that does not start. */
const driverFiles = 16_384
/** Of a disk that is to be full at some time; a store of some thousand transactions takes a tenth of it. */
const diskSize = '96m'

const processesMax = 256

/** The engine keeps two such files a container: 500 nodes cannot fill a disk with their logs. */
const logging = { driver: 'json-file', options: { 'max-size': '1m', 'max-file': '2' } } as const

/** What every container has in common: no privileges, no restarts behind the harness's back, bounded everything. */
export const common = {
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  restart: 'no',
  init: false,
  stop_grace_period: `${stopGraceMs / 1000}s`,
  pids_limit: processesMax,
  logging,
  // Written as a variable, so that the token is in the run's .env file and not in the file people share.
  environment: { [tokenVariable]: `\${${tokenVariable}}` },
} as const

/**
 * The Compose project of a plan: the mesh with every node at its planned address, and a control network for the
 * driver alone. A node's store is in its container's own layer: it survives kill and start, goes with the container,
 * and costs the engine no further 500 volumes.
 */
export function buildProject(plan: Plan, options: ProjectOptions): ComposeProject {
  const disks = smallDisks(plan)
  const { mesh, control } = layoutOf(plan)
  const nodes = plan.nodes
    .filter(({ host }) => host === undefined)
    .map(node => [node.name, nodeService(node, plan, options, disks)] as const)
  const isShaped = plan.faults.some(({ fault }) => needsShaper(fault))
  return {
    name: projectName(options.run),
    services: {
      driver: driverService(mesh.driver, options),
      ...(isShaped ? { shaper: shaperService(options, shaperMounts(plan, disks)) } : {}),
      ...Object.fromEntries(nodes),
    },
    networks: {
      mesh: {
        driver: 'bridge',
        internal: true,
        ipam: { config: [{ subnet: mesh.subnet, gateway: mesh.gateway }] },
        labels: { [labels.run]: options.run },
      },
      control: {
        driver: 'bridge',
        ipam: { config: [{ subnet: control.subnet, gateway: control.gateway }] },
        labels: { [labels.run]: options.run },
      },
    },
    ...(disks.size > 0
      ? { volumes: Object.fromEntries([...disks].map(name => [diskName(name), disk(options)])) }
      : {}),
  }
}

/** Nodes whose disk is to be full at some time: their stores are on disks of their own, so that nobody else's is. */
function smallDisks({ faults, nodes }: Plan): ReadonlySet<string> {
  const hit = faults.filter(({ fault }) => fault.kind === 'disk-full').flatMap(({ targets }) => targets)
  return new Set(hit.map(node => nodes[node]!.name))
}

/** What the shaper changes beside namespaces, as far as the plan's faults take it. */
function shaperMounts({ faults }: Plan, disks: ReadonlySet<string>): Mount[] {
  return [
    ...[...disks].map(name => volume(diskName(name), `${disksPath}/${name}`)),
    ...(faults.some(({ fault }) => isOfLimits(fault))
      ? [{ ...bind(cgroups.source, cgroups.path), read_only: false }]
      : []),
  ]
}

function diskName(node: string): string {
  return `disk-${node}`
}

/** In memory, on every engine alike. The shaper has it mounted too, so that what is on it outlives the node's process. */
function disk({ run }: ProjectOptions): ComposeVolume {
  return {
    driver: 'local',
    driver_opts: { type: 'tmpfs', device: 'tmpfs', o: `size=${diskSize},mode=0700` },
    labels: { [labels.run]: run },
  }
}

function projectName(run: string): string {
  return `whiteout-${run}`
}

function nodeService(
  node: PlannedNode,
  plan: Plan,
  { run, images, deployment }: ProjectOptions,
  disks: ReadonlySet<string>,
): ComposeService {
  const { image, command, environment, files, data, memoryLimitMiB, openFiles } = deployment.instance(
    plan,
    node,
  )
  return {
    ...common,
    image: image ?? images.node,
    ...(command ? { command: command.map(literally) } : {}),
    hostname: node.name,
    volumes: [
      ...files.map(({ source, target }) => bind(source, target)),
      ...(disks.has(node.name) ? [volume(diskName(node.name), data)] : []),
    ],
    environment: {
      ...common.environment,
      ...Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, literally(value)])),
    },
    networks: { mesh: { ipv4_address: node.address } },
    labels: { [labels.run]: run, [labels.role]: 'node', [labels.node]: String(node.index) },
    mem_limit: `${memoryLimitMiB}m`,
    ulimits: { nofile: openFiles },
  }
}

/** Text in which Compose finds no variable. */
function literally(text: string): string {
  return text.replaceAll('$', '$$$$')
}

/** What it takes to enter other containers' network namespaces (setns(2)) and to change their rules. */
export const shaperPrivileges = {
  pid: 'host',
  // Paths of others' cgroups are told from the root.
  cgroup: 'host',
  cap_add: ['NET_ADMIN', 'NET_RAW', 'SYS_ADMIN', 'SYS_PTRACE'],
  // AppArmor's profile for containers forbids to look into other processes, where there is AppArmor.
  security_opt: [...common.security_opt, 'apparmor=unconfined'],
} as const

/**
 * The one container with privileges, and only in runs whose faults take it: it sees the host's processes and enters the network
 * namespaces of nodes (nsenter, setns(2)) to change their rules (nft) and to ping from there.
 */
function shaperService(
  { run, images, shaperCommand }: ProjectOptions,
  volumes: readonly Mount[],
): ComposeService {
  return {
    ...common,
    image: images.shaper,
    command: shaperCommand,
    hostname: 'shaper',
    environment: {},
    volumes,
    networks: { control: {} },
    labels: { [labels.run]: run, [labels.role]: 'shaper' },
    ...shaperPrivileges,
    mem_limit: shaperMemory,
    ulimits: { nofile: shaperFiles },
  }
}

function driverService(
  address: string,
  { run, images, driverCommand, driverPort: published }: ProjectOptions,
): ComposeService {
  return {
    ...common,
    image: images.driver,
    command: driverCommand,
    hostname: 'driver',
    volumes: [bind('./driver.json', nodePaths.driver)],
    networks: { control: {}, mesh: { ipv4_address: address } },
    ports: [`127.0.0.1:${published ?? ''}:${driverPort}`],
    labels: { [labels.run]: run, [labels.role]: 'driver' },
    cpu_shares: driverShares,
    mem_limit: driverMemory,
    // It holds several connections to each of up to 1,000 nodes.
    ulimits: { nofile: driverFiles },
  }
}

export function bind(source: string, target: string): Extract<Mount, { type: 'bind' }> {
  return { type: 'bind', source, target, read_only: true }
}

function volume(source: string, target: string): Mount {
  return { type: 'volume', source, target }
}
