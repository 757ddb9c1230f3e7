import type Docker from 'dockerode'
import type { RunningNetwork } from '../../model/backend.ts'
import { assert } from '../../model/errors.ts'
import { driverPort, grafanaPort, instanceNameOf, prometheusPort } from '../../model/plan.ts'
import type { Deployment, Log } from '../../model/ports/backend.ts'
import { containerGroup } from '../containers/container-group.ts'
import { readLogs } from '../containers/logs.ts'
import { readUsed } from '../containers/resources.ts'
import type { Engine } from '../engine/engine.ts'
import { explainEngineError } from '../engine/engine-error.ts'
import { engineTimes } from '../engine/engine-times.ts'
import { openNoiseMeter } from '../noise/meter.ts'
import { makeMetricsReadOnly, relabelNodes } from '../project/monitoring-files.ts'
import { removeRun } from './teardown.ts'

/** The handle of a network whose containers all run. */
export async function runningNetwork(options: {
  readonly engine: Engine
  readonly deployment: Deployment
  /** Container ids by service name. */
  readonly ids: ReadonlyMap<string, string>
  /** When its first container was made: events from then on belong to it. */
  readonly since: number
  readonly log: Log
}): Promise<RunningNetwork> {
  const { engine, ids } = options
  const { docker } = engine
  const { run, plan, clock, directory } = options.deployment
  const container = (service: string) => {
    const id = ids.get(service)
    assert(id !== undefined, `service ${service} has no container`)
    return docker.getContainer(id)
  }
  const nodeIds = plan.nodes.map(({ index }) => container(instanceNameOf(plan, index)).id)
  const places = plan.nodes.map(({ name, address }, index) => ({
    name,
    addresses: [address],
    container: nodeIds[index]!,
  }))
  let isKept = false
  /** Of a service that a run can do without; undefined where it is not, or has ended already. */
  const urlOf = async (service: string, port: number) =>
    ids.has(service) ? publishedUrl(service, container(service), port).catch(() => undefined) : undefined
  return {
    ...containerGroup({
      docker,
      places,
      journal: options.deployment.journal,
      shaper: () => container('shaper'),
      since: options.since,
      times: engineTimes(engine, clock),
    }),
    run,
    driverUrl: await publishedUrl('driver', container('driver'), driverPort),
    prometheusUrl: await urlOf('prometheus', prometheusPort),
    grafanaUrl: await urlOf('grafana', grafanaPort),
    relabel: renamed => relabelNodes(directory, renamed),
    keep: () => {
      isKept = true
    },
    sampleResources: async () => {
      // What a container uses is counted once, as the use of the node that it is named after.
      const usages = await readUsed(plan.nodes.map(({ host }, node) => (host ? undefined : nodeIds[node])))
      return {
        type: 'resources',
        at: clock.now(),
        memoryBytes: usages.map(usage => usage.memoryBytes),
        cpuSeconds: usages.map(usage => usage.cpuSeconds),
      }
    },
    openNoiseMeter: () => openNoiseMeter(engine, new Set(ids.values()), container('driver'), clock),
    logs: (service, lines) => readLogs(container(service), lines),
    [Symbol.asyncDispose]: async () => {
      if (isKept) return
      try {
        await removeRun(docker, run)
      } finally {
        await makeMetricsReadOnly(directory).catch(error =>
          options.log(`the metrics of this run could not be made read-only: ${error.message}`),
        )
      }
    },
  }
}

async function publishedUrl(service: string, container: Docker.Container, port: number): Promise<string> {
  const { NetworkSettings, State } = await container.inspect().catch(error => {
    throw explainEngineError(error, `looking for the port of ${service}`)
  })
  const published = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort
  if (published !== undefined) return `http://127.0.0.1:${published}`
  const output = await readLogs(container, 20)
  throw explainEngineError(
    new Error(`it is ${State.Status}, exit code ${State.ExitCode}:\n${output}`),
    `starting ${service}`,
  )
}
