import type Docker from 'dockerode'
import type { Deployment, RunningNetwork } from '../model/backend.ts'
import { assert } from '../model/errors.ts'
import { driverPort } from '../model/plan.ts'
import { explainEngineError, statusOf } from './engine-error.ts'
import { watchContainers } from './events.ts'
import { readLogs } from './logs.ts'
import { findCgroups, readUsages } from './resources.ts'
import { removeRun } from './teardown.ts'

/** The handle of a network whose containers all run. */
export async function runningNetwork(options: {
  readonly docker: Docker
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
  const readUsage = await findCgroups(nodeIds[0]!)
  let isKept = false
  return {
    run,
    driverUrl: await publishedUrl(container('driver')),
    keep: () => {
      isKept = true
    },
    watch: signal => watchContainers(docker, { run, since: options.since, signal }),
    sampleResources: async () => {
      const usages = await readUsages(readUsage, nodeIds)
      return {
        type: 'resources',
        at: Date.now(),
        memoryBytes: usages.map(usage => usage.memoryBytes),
        cpuSeconds: usages.map(usage => usage.cpuSeconds),
      }
    },
    kill: node => kill(container(plan.nodes[node]!.name), plan.nodes[node]!.name),
    start: node => start(container(plan.nodes[node]!.name), plan.nodes[node]!.name),
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

async function kill(container: Docker.Container, name: string): Promise<void> {
  try {
    await container.kill({ signal: 'SIGKILL' }).catch(error => {
      // 409: it does not run.
      if (statusOf(error) !== 409) throw error
    })
    await container.wait({ condition: 'not-running' })
  } catch (error) {
    throw explainEngineError(error, `killing ${name}`)
  }
}

async function start(container: Docker.Container, name: string): Promise<void> {
  await container.start().catch(error => {
    if (statusOf(error) !== 304) throw explainEngineError(error, `starting ${name}`)
  })
}
