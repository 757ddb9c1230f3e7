import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach } from '@jest/globals'
import type Docker from 'dockerode'
import type { Engine } from '../../compose/engine/engine.ts'
import { composeLabels, labels } from '../../compose/engine/labels.ts'
import type { Images } from '../../model/ports/backend.ts'

interface Wanted {
  readonly command?: readonly string[]
  readonly hostConfig?: Docker.HostConfig
  readonly extra?: object
  /** Compose's labels; left out, those of the service. */
  readonly own?: Readonly<Record<string, string>>
}

/** A Compose project that somebody else started, empty before each test of a file and removed after it. */
export function useOwnProject(host: { readonly engine: Engine; readonly images: Images }, name = 'undo') {
  const project = `${name}${process.pid}`
  const network = `${project}_default`
  beforeEach(async () => {
    await host.engine.docker.createNetwork({
      Name: network,
      Labels: { [composeLabels.project]: project },
    })
  })
  afterEach(async () => {
    const { docker } = host.engine
    for (const label of [`${labels.role}=shaper`, `${composeLabels.project}=${project}`]) {
      for (const { Id } of await docker.listContainers({ all: true, filters: { label: [label] } }))
        await docker.getContainer(Id).remove({ force: true })
    }
    await docker.getNetwork(network).remove()
  })
  return {
    project,
    /** A container as `docker compose up` would have started it. */
    up: async (service: string, wanted: Wanted = {}): Promise<Docker.Container> => {
      const { command = ['sleep', 'infinity'], hostConfig = {}, extra = {}, own } = wanted
      const container = await host.engine.docker.createContainer({
        name: `${project}-${service}-1`,
        Image: host.images.node,
        Cmd: [...command],
        Labels: {
          [composeLabels.project]: project,
          [composeLabels.number]: '1',
          ...(own ?? { [composeLabels.service]: service }),
        },
        HostConfig: { NetworkMode: network, ...hostConfig },
        ...extra,
      })
      await container.start()
      return container
    },
  }
}

/** What publishes a port of a container on one of this machine. */
export const published = (port: number): Wanted => ({
  hostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] } },
  extra: { ExposedPorts: { '80/tcp': {} } },
})

/** What a shell in a container printed. */
export async function output(container: Docker.Container, script: string): Promise<string> {
  const exec = await container.exec({ Cmd: ['sh', '-c', script], AttachStdout: true, Tty: true })
  return text(await exec.start({ Tty: true }))
}

export async function isRunning(container: Docker.Container): Promise<boolean> {
  return (await container.inspect()).State.Running
}

/** Holds a port of this machine; 0 takes a free one. */
export async function holdPort(wanted: number): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer()
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(wanted, '127.0.0.1', () => resolve()),
  )
  // A test that fails while it holds the port would keep its process otherwise.
  server.unref()
  const { port } = server.address() as { port: number }
  return {
    port,
    [Symbol.asyncDispose]: () => new Promise(resolve => server.close(() => resolve())),
  }
}

export async function freePort(): Promise<number> {
  await using held = await holdPort(0)
  return held.port
}
