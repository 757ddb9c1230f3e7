import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from '@jest/globals'
import type { Engine } from '../../compose/engine.ts'
import { chooseMeshOctet } from '../../compose/subnet.ts'
import { removeRun } from '../../compose/teardown.ts'
import { createRunDirectory, writeInputs } from '../../harness/run/directory.ts'
import type { Deployment } from '../../model/backend.ts'
import { planOf } from './plan.ts'

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

/** Everything that a backend needs for a network of so many nodes, its files in a folder under `root`. */
export async function makeDeployment(
  root: string,
  engine: Engine,
  nodes: number,
  scenario: object,
): Promise<Deployment> {
  const plan = planOf(nodes, { scenario, machine: { meshOctet: await chooseMeshOctet(engine) } })
  const { run: id, directory } = await createRunDirectory(root, plan.scenario.name)
  await writeInputs(directory, plan, '')
  // Labels are found on the whole engine, where another test's run of the same second must not be meant.
  return { run: `${id}-${process.pid}`, plan, directory, token: 'token' }
}
