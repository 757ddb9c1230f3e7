import type Docker from 'dockerode'
import { explainEngineError } from './engine-error.ts'
import { composeLabels, labels } from './labels.ts'

/** Something of a run that is on the engine. */
export interface FoundRun {
  readonly run: string
  readonly containers: number
  readonly networks: number
  /** Its run directory, as the harness that made it named it. */
  readonly directory: string | undefined
}

/** Every run that has anything on the engine, by label. Whether it is alive only its directory tells. */
export async function findRuns(docker: Docker): Promise<readonly FoundRun[]> {
  const filters = { label: [labels.run] }
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]).catch(error => {
    throw explainEngineError(error, 'looking for earlier runs')
  })
  const found = new Map<string, FoundRun>()
  const add = (all: Record<string, string> | undefined, kind: 'containers' | 'networks') => {
    const run = all?.[labels.run]
    if (run === undefined) return
    const before = found.get(run) ?? { run, containers: 0, networks: 0, directory: undefined }
    const directory = before.directory ?? all?.[composeLabels.workingDirectory]
    found.set(run, { ...before, directory, [kind]: before[kind] + 1 })
  }
  for (const container of containers) add(container.Labels, 'containers')
  for (const network of networks) add(network.Labels, 'networks')
  return [...found.values()].sort((a, b) => a.run.localeCompare(b.run))
}
