import type Docker from 'dockerode'
import type { Deployment, RunningNetwork } from '../model/backend.ts'
import { assert } from '../model/errors.ts'
import { driverPort } from '../model/plan.ts'
import { containerGroup } from './container-group.ts'
import { explainEngineError } from './engine-error.ts'
import { watchContainers } from './events.ts'
import { readLogs } from './logs.ts'
import { findCgroups, readUsed } from './resources.ts'
import { removeRun } from './teardown.ts'

/** The handle of a network whose containers all run. */
export async function runningNetwork(options: {
  readonly docker: Docker
  /** Of the engine's machine. */
  readonly memoryBytes: number
  readonly deployment: Deployment
  /** Container ids by service name. */
  readonly ids: ReadonlyMap<string, string>
  /** When its first container was made: events from then on belong to it. */
  readonly since: number
}): Promise<RunningNetwork> {
  const { docker, ids } = options
  const { run, plan } = options.deployment
  const container = (service: string) => {
    const id = ids.get(service)
    assert(id !== undefined, `service ${service} has no container`)
    return docker.getContainer(id)
  }
  const nodeIds = plan.nodes.map(node => container(node.name).id)
  const cgroups = await findCgroups(nodeIds[0]!)
  const places = plan.nodes.map(({ name, address }, index) => ({
    name,
    addresses: [address],
    container: nodeIds[index]!,
  }))
  let isKept = false
  return {
    ...containerGroup({
      docker,
      places,
      memoryBytes: options.memoryBytes,
      shaper: () => container('shaper'),
    }),
    run,
    driverUrl: await publishedUrl(container('driver')),
    keep: () => {
      isKept = true
    },
    watch: signal => watchContainers(docker, { run, since: options.since, signal }),
    sampleResources: async () => {
      const usages = await readUsed(cgroups, nodeIds)
      return {
        type: 'resources',
        at: Date.now(),
        memoryBytes: usages.map(usage => usage.memoryBytes),
        cpuSeconds: usages.map(usage => usage.cpuSeconds),
      }
    },
    logs: (service, lines) => readLogs(container(service), lines),
    [Symbol.asyncDispose]: async () => {
      if (!isKept) await removeRun(docker, run)
    },
  }
}

async function publishedUrl(driver: Docker.Container): Promise<string> {
  const { NetworkSettings, State } = await driver.inspect().catch(error => {
    throw explainEngineError(error, 'looking for the port of the driver')
  })
  const port = NetworkSettings.Ports[`${driverPort}/tcp`]?.[0]?.HostPort
  if (port !== undefined) return `http://127.0.0.1:${port}`
  const output = await readLogs(driver, 20)
  throw explainEngineError(
    new Error(`it is ${State.Status}, exit code ${State.ExitCode}:\n${output}`),
    'starting driver',
  )
}
