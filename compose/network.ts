import type Docker from 'dockerode'
import type { Deployment, NodeState, RunningNetwork } from '../model/backend.ts'
import { assert } from '../model/errors.ts'
import { driverPort } from '../model/plan.ts'
import { explainEngineError, statusOf } from './engine-error.ts'
import { watchContainers } from './events.ts'
import { readLogs } from './logs.ts'
import { findCgroups, readUsages } from './resources.ts'
import { askShaper } from './shaper.ts'
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
  const doing = async <T>(
    what: string,
    node: number,
    action: (container: Docker.Container) => Promise<T>,
  ) => {
    const { name } = plan.nodes[node]!
    return action(container(name)).catch(error => {
      throw explainEngineError(error, `${what} ${name}`)
    })
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
    kill: node => doing('killing', node, kill),
    stop: node => doing('stopping', node, stop),
    start: node =>
      doing(
        'starting',
        node,
        unlessSo(container => container.start()),
      ),
    pause: node =>
      doing(
        'pausing',
        node,
        unlessSo(container => container.pause()),
      ),
    unpause: node =>
      doing(
        'unpausing',
        node,
        unlessSo(container => container.unpause()),
      ),
    nodeContainers: nodeIds,
    shape: request => askShaper(container('shaper'), request),
    stateOf: node => doing('looking at', node, stateOf),
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

/** 304 and 409: the container is in that state already. */
function unlessSo(action: (container: Docker.Container) => Promise<unknown>) {
  return async (container: Docker.Container): Promise<void> => {
    await action(container).catch(error => {
      if (![304, 409].includes(statusOf(error) ?? 0)) throw error
    })
  }
}

async function kill(container: Docker.Container): Promise<void> {
  await unlessSo(() => container.kill({ signal: 'SIGKILL' }))(container)
  await container.wait({ condition: 'not-running' })
}

async function stop(container: Docker.Container): Promise<void> {
  await unlessSo(() => container.stop())(container)
  await container.wait({ condition: 'not-running' })
}

async function stateOf(container: Docker.Container): Promise<NodeState> {
  const { State } = await container.inspect()
  if (State.Paused) return 'paused'
  return State.Running ? 'running' : 'down'
}
