import { resolve } from 'node:path'
import type { ContainerCreateOptions, NetworkCreateOptions } from 'dockerode'
import { containerLabels, networkLabels, volumeLabels } from '../engine/labels.ts'
import type { ComposeNetwork, ComposeProject, ComposeService, ComposeVolume } from './project.ts'

/** What the engine must be told beside the project, to end where `docker compose up` would. */
export interface CreateContext {
  readonly project: ComposeProject
  /** Absolute path of the folder of the Compose file. */
  readonly directory: string
  readonly composeFile: string
  readonly composeVersion: string
  /** Id by image name. */
  readonly imageIds: ReadonlyMap<string, string>
  /** Hash by service name; empty when Compose could not tell. */
  readonly configHashes: ReadonlyMap<string, string>
  /** Values of the variables that the project names. */
  readonly variables: Readonly<Record<string, string>>
}

/** The name Compose gives the only container of a service. */
export function containerName(project: string, service: string): string {
  return `${project}-${service}-1`
}

/** The name Compose gives a network or a volume. */
export function resourceName(project: string, name: string): string {
  return `${project}_${name}`
}

/** The networks of a service; the engine attaches the first at creation, the others follow before the start. */
export function attachments(service: ComposeService): readonly string[] {
  return Object.keys(service.networks)
}

/** The engine's request for one service's container. */
export function containerOptions(name: string, context: CreateContext): ContainerCreateOptions {
  const { project, directory } = context
  const service = project.services[name]!
  const [first] = attachments(service)
  return {
    name: containerName(project.name, name),
    Image: service.image,
    ...(service.command === undefined
      ? {}
      : { Cmd: service.command.map(word => interpolate(word, context.variables)) }),
    Hostname: service.hostname,
    ...(service.user === undefined ? {} : { User: service.user }),
    Env: Object.entries(service.environment).map(
      ([key, value]) => `${key}=${interpolate(value, context.variables)}`,
    ),
    Labels: {
      ...service.labels,
      ...containerLabels({
        project: project.name,
        service: name,
        directory,
        composeFile: context.composeFile,
        composeVersion: context.composeVersion,
        imageId: context.imageIds.get(service.image) ?? '',
        configHash: context.configHashes.get(name),
      }),
    },
    StopTimeout: Number.parseInt(service.stop_grace_period, 10),
    ...portOptions(service).exposed,
    HostConfig: {
      ...portOptions(service).bindings,
      NetworkMode: resourceName(project.name, first!),
      Mounts: service.volumes.map(mount => mountOptions(mount, context)),
      CapDrop: [...service.cap_drop],
      ...(service.cap_add === undefined ? {} : { CapAdd: [...service.cap_add] }),
      ...(service.pid === undefined ? {} : { PidMode: service.pid }),
      ...(service.cgroup === undefined ? {} : { CgroupnsMode: service.cgroup }),
      SecurityOpt: [...service.security_opt],
      RestartPolicy: { Name: service.restart },
      Init: service.init,
      ...(service.cpu_shares === undefined ? {} : { CpuShares: service.cpu_shares }),
      Memory: Number.parseInt(service.mem_limit, 10) * 2 ** 20,
      PidsLimit: service.pids_limit,
      ...(service.cgroup_parent === undefined ? {} : { CgroupParent: service.cgroup_parent }),
      Ulimits: [{ Name: 'nofile', Soft: service.ulimits.nofile, Hard: service.ulimits.nofile }],
      LogConfig: { Type: service.logging.driver, Config: { ...service.logging.options } },
    },
    NetworkingConfig: {
      EndpointsConfig: { [resourceName(project.name, first!)]: endpoint(name, first!, context) },
    },
  }
}

/** How a service's container joins one of its networks. */
export function endpoint(name: string, network: string, { project }: CreateContext) {
  const address = project.services[name]!.networks[network]?.ipv4_address
  return {
    Aliases: [containerName(project.name, name), name],
    ...(address === undefined ? {} : { IPAMConfig: { IPv4Address: address } }),
  }
}

export function networkOptions(
  name: string,
  network: ComposeNetwork,
  context: CreateContext,
): NetworkCreateOptions {
  return {
    Name: resourceName(context.project.name, name),
    Driver: network.driver,
    Internal: network.internal ?? false,
    // A second network of this name would be made silently otherwise.
    CheckDuplicate: true,
    IPAM: {
      Driver: 'default',
      Config: network.ipam.config.map(({ subnet, gateway }) => ({ Subnet: subnet, Gateway: gateway })),
    },
    Labels: { ...network.labels, ...networkLabels(context.project.name, name, context.composeVersion) },
  }
}

function mountOptions(mount: ComposeService['volumes'][number], { project, directory }: CreateContext) {
  if (mount.type === 'volume')
    return { Type: 'volume' as const, Source: resourceName(project.name, mount.source), Target: mount.target }
  return {
    Type: 'bind' as const,
    Source: resolve(directory, mount.source),
    Target: mount.target,
    ReadOnly: mount.read_only,
  }
}

export function volumeOptions(name: string, volume: ComposeVolume, context: CreateContext) {
  return {
    Name: resourceName(context.project.name, name),
    Driver: volume.driver,
    DriverOpts: { ...volume.driver_opts },
    Labels: { ...volume.labels, ...volumeLabels(context.project.name, name, context.composeVersion) },
  }
}

/** `127.0.0.1:PORT:9100`, where an empty PORT lets the engine choose. */
function portOptions(service: ComposeService) {
  if (service.ports === undefined) return {}
  const parsed = service.ports.map(text => {
    const [HostIp = '', HostPort = '', container] = text.split(':')
    return { key: `${container}/tcp`, binding: { HostIp, HostPort } }
  })
  return {
    exposed: { ExposedPorts: Object.fromEntries(parsed.map(({ key }) => [key, {}])) },
    bindings: { PortBindings: Object.fromEntries(parsed.map(({ key, binding }) => [key, [binding]])) },
  }
}

function interpolate(value: string, variables: Readonly<Record<string, string>>): string {
  return value.replace(/\$\$|\$\{(\w+)\}/g, (whole, name?: string) =>
    name === undefined ? '$' : (variables[name] ?? whole),
  )
}
