import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, jest } from '@jest/globals'
import { execa } from 'execa'
import { composeBackend } from '../../compose/backend.ts'
import { labels } from '../../compose/engine/labels.ts'
import type { RunningNetwork } from '../../model/backend.ts'
import type { InstanceEvent } from '../../model/event.ts'
import type { Deployment, Engine, UpOptions } from '../../model/ports/backend.ts'
import { useDeployments } from '../support/deployments.ts'
import { useIdleEngine } from '../support/engine.ts'

jest.setTimeout(120_000)

const idle = useIdleEngine()
const deployments = useDeployments(() => idle.engine)

function connect(): Promise<Engine> {
  return composeBackend.connect({ provision: false, log: () => {} })
}

async function up(deployment: Deployment, options: Partial<UpOptions> = {}): Promise<RunningNetwork> {
  const engine = await connect()
  return engine.up(deployment, {
    ...{ images: idle.images, log: () => {}, signal: new AbortController().signal, onProgress: () => {} },
    ...options,
  })
}

async function down({ run, directory }: Deployment) {
  return (await connect()).down({ run, directory })
}

/** How many containers and networks of a run are on the engine. */
async function left(run: string): Promise<number> {
  const filters = { label: [`${labels.run}=${run}`] }
  const { docker } = idle.engine
  const containers = await docker.listContainers({ all: true, filters })
  return containers.length + (await docker.listNetworks({ filters })).length
}

async function compose(deployment: Deployment, ...args: string[]): Promise<string> {
  const file = join(deployment.directory, 'compose.yaml')
  return (await execa('docker', ['compose', '--file', file, ...args], { all: true })).all
}

describe('up', () => {
  it('starts every container, tells how far it is, and reaches the driver', async () => {
    const deployment = await deployments.make(4)
    const told: number[] = []
    const network = await up(deployment, {
      onProgress: ({ started, total }) => told.push(started / total),
    })
    expect(told.at(-1)).toBe(1)
    expect(await until(async () => (await fetch(network.driverUrl)).text())).toBe('idle')
    expect(await until(async () => (await network.logs('node-2', 5)) || Promise.reject())).toBe('start 1')
  })

  it('leaves nothing when it is interrupted half way', async () => {
    const deployment = await deployments.make(12)
    const abort = new AbortController()
    const upping = up(deployment, {
      signal: abort.signal,
      onProgress: ({ started }) => started >= 4 && abort.abort(new Error('enough')),
    })
    await expect(upping).rejects.toThrow('enough')
    expect(await left(deployment.run)).toBe(0)
  })

  it('refuses a port that is in use, says who has it, and starts nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const deployment = await deployments.make(4)
    await expect(up(deployment, { driverPort: port })).rejects.toMatchObject({
      code: 'port-in-use',
      exitCode: 69,
      message: expect.stringContaining(`process ${process.pid}`),
    })
    server.close()
    expect(await left(deployment.run)).toBe(0)
  })
})

describe('docker compose', () => {
  it('lists, reads and would change nothing of what was made without it', async () => {
    const deployment = await deployments.make(4)
    await up(deployment)
    const services = (await compose(deployment, 'ps', '--services')).split('\n').sort()
    expect(services).toEqual(['driver', 'node-0', 'node-1', 'node-2', 'node-3'])
    expect(
      await until(async () => (await compose(deployment, 'logs', 'node-3')) || Promise.reject()),
    ).toContain('start 1')
    const again = await compose(deployment, 'up', '--detach')
    expect(again).not.toMatch(/Recreat|Starting/)
  })

  it('kills, starts, stops and takes it down', async () => {
    const deployment = await deployments.make(4)
    await up(deployment)
    await compose(deployment, 'kill', 'node-1')
    expect(await compose(deployment, 'ps', '--all', 'node-1')).toContain('Exited (137)')
    await compose(deployment, 'start', 'node-1')
    await compose(deployment, 'stop', '--timeout', '0', 'node-1')
    await compose(deployment, 'down', '--timeout', '0')
    expect(await left(deployment.run)).toBe(0)
  })
})

describe('a running network', () => {
  it('keeps the store of a node over kill and start, and tells of both', async () => {
    const deployment = await deployments.make(4)
    const network = await up(deployment)
    const abort = new AbortController()
    const events: InstanceEvent[] = []
    const watching = (async () => {
      for await (const event of network.watch(abort.signal)) events.push(event)
    })()
    await until(async () => (await network.logs('node-1', 1)) || Promise.reject())
    await network.kill(1)
    await network.start(1)
    expect(
      await until(async () =>
        (await network.logs('node-1', 1)).includes('2') ? network.logs('node-1', 1) : Promise.reject(),
      ),
    ).toContain('start 2')
    const ofNode1 = () => events.filter(({ node }) => node === 1).map(({ state }) => state)
    await until(async () => (ofNode1().length === 3 ? true : Promise.reject(new Error(ofNode1().join()))))
    expect(ofNode1()).toEqual(['started', 'died', 'started'])
    expect(events.find(({ state }) => state === 'died')?.exitCode).toBe(137)
    abort.abort()
    await watching
  })

  it('knows memory and CPU of running nodes where the engine shares this kernel, and of no others', async () => {
    const deployment = await deployments.make(4)
    const network = await up(deployment)
    await network.kill(3)
    const { memoryBytes, cpuSeconds } = await network.sampleResources()
    expect([memoryBytes[3], cpuSeconds[3]]).toEqual([null, null])
    if (!idle.engine.isLocal) return
    expect(memoryBytes[0]).toBeGreaterThan(1_000_000)
    expect(cpuSeconds[0]).toBeGreaterThan(0)
  })
})

describe('down', () => {
  it('removes running, paused and dead containers and the networks, and a second time nothing', async () => {
    const deployment = await deployments.make(4)
    const network = await up(deployment)
    await compose(deployment, 'pause', 'node-0')
    await network.kill(1)
    expect(await down(deployment)).toEqual({ instances: 5, networks: 2, stuck: [] })
    expect(await left(deployment.run)).toBe(0)
    expect(await down(deployment)).toEqual({ instances: 0, networks: 0, stuck: [] })
  })

  it('comes with disposal, unless the network is to be kept', async () => {
    const [kept, dropped] = [await deployments.make(4), await deployments.make(4)]
    {
      await using network = await up(kept)
      network.keep()
    }
    expect(await left(kept.run)).toBe(7)
    await down(kept)
    {
      await using _network = await up(dropped)
    }
    expect(await left(dropped.run)).toBe(0)
  })
})

/** Tries until it succeeds, for at most a minute, with the last failure where it does not. */
async function until<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 60_000
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}
