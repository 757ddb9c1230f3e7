import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from '@jest/globals'
import type { Engine } from '../../compose/engine/engine.ts'
import { removeRun } from '../../compose/network/teardown.ts'
import type { Deployment } from '../../model/ports/backend.ts'
import { makeDeployment } from './deployment.ts'

/**
 * Makes deployments in a folder of each test's own. Whatever of them is on the engine after a test is removed, also
 * when the test failed.
 */
export function useDeployments(engine: () => Engine): {
  readonly root: () => string
  readonly make: (nodes: number, scenario?: object) => Promise<Deployment>
} {
  let root = ''
  let runs: string[] = []
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'whiteout-test-'))
    runs = []
  })
  afterEach(async () => {
    for (const run of runs) await removeRun(engine().docker, run)
    await rm(root, { recursive: true, force: true })
  })
  return {
    root: () => root,
    make: async (nodes, scenario = {}) => {
      const deployment = await makeDeployment(root, engine(), nodes, scenario)
      runs.push(deployment.run)
      return deployment
    },
  }
}
