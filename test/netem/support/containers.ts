import type Docker from 'dockerode'

/** Containers that do nothing, on one network of their own without a way out. Disposing of them removes both. */
export interface Containers extends AsyncDisposable {
  readonly containers: readonly PlainContainer[]
}

interface PlainContainer {
  readonly container: Docker.Container
  readonly id: string
  readonly name: string
  readonly address: string
  /** Of its first process, as the engine's machine numbers it: `nsenter -t PID -n` enters its network. */
  readonly pid: number
}

/** Starts `count` containers of an image that only sleep, named `name-1` and so on. */
export async function startContainers(
  docker: Docker,
  options: { readonly image: string; readonly count: number; readonly name?: string },
): Promise<Containers> {
  const { image, count, name = 'plain' } = options
  await using undo = new AsyncDisposableStack()
  const network = await docker.createNetwork({ Name: name, Internal: true })
  undo.defer(() => network.remove())
  const started = await Promise.allSettled(
    Array.from({ length: count }, (_, index) => startContainer(docker, image, `${name}-${index + 1}`, name)),
  )
  const containers = started.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
  undo.defer(async () => {
    await Promise.all(containers.map(({ container }) => container.remove({ force: true })))
  })
  const failed = started.find(each => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  const all = undo.move()
  return { containers, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

async function startContainer(
  docker: Docker,
  image: string,
  name: string,
  network: string,
): Promise<PlainContainer> {
  const container = await docker.createContainer({
    name,
    Image: image,
    Cmd: ['sleep', 'infinity'],
    HostConfig: { NetworkMode: network, CapDrop: ['ALL'] },
  })
  try {
    await container.start()
    return await describeContainer(container, network)
  } catch (error) {
    await container.remove({ force: true })
    throw error
  }
}

async function describeContainer(container: Docker.Container, network: string): Promise<PlainContainer> {
  const { Id: id, Name, State, NetworkSettings } = await container.inspect()
  const address = NetworkSettings.Networks[network]!.IPAddress
  return { container, id, name: Name.slice(1), address, pid: State.Pid }
}

/**
 * A container with the rights of the shaper (shaperService in compose/project.ts): it sees all processes and may enter their
 * networks.
 */
export async function startPrivileged(
  docker: Docker,
  image: string,
): Promise<Docker.Container & AsyncDisposable> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: ['sleep', 'infinity'],
    HostConfig: {
      NetworkMode: 'none',
      PidMode: 'host',
      CapDrop: ['ALL'],
      CapAdd: ['NET_ADMIN', 'NET_RAW', 'SYS_ADMIN', 'SYS_PTRACE'],
      SecurityOpt: ['no-new-privileges:true', 'apparmor=unconfined'],
    },
  })
  const remove = () => container.remove({ force: true })
  await container.start().catch(async error => {
    await remove()
    throw error
  })
  return Object.assign(container, { [Symbol.asyncDispose]: remove })
}
