import type Docker from 'dockerode'
import type { FoundRun } from '../../model/ports/backend.ts'
import { explainEngineError } from './engine-error.ts'
import { composeLabels, labels } from './labels.ts'

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
  const add = (all: Record<string, string> | undefined, kind: 'instances' | 'networks') => {
    const run = all?.[labels.run]
    if (run === undefined) return
    const before = found.get(run) ?? { run, instances: 0, networks: 0, directory: undefined }
    const directory = before.directory ?? all?.[composeLabels.workingDirectory]
    found.set(run, { ...before, directory, [kind]: before[kind] + 1 })
  }
  for (const container of containers) add(container.Labels, 'instances')
  for (const network of networks) add(network.Labels, 'networks')
  return [...found.values()].sort((a, b) => a.run.localeCompare(b.run))
}
