import type { Engine } from '../../compose/engine/engine.ts'
import { chooseMeshOctet } from '../../compose/engine/subnet.ts'
import { placementOf } from '../../compose/project/placement.ts'
import { createRunDirectory, writeInputs } from '../../harness/records/directory.ts'
import { systemOf } from '../../harness/systems/index.ts'
import type { Deployment } from '../../model/ports/backend.ts'
import { clock } from './clock.ts'
import { planOf } from './plan.ts'

/** Everything that a backend needs for a network of so many nodes, its files in a folder under `root`. */
export async function makeDeployment(
  root: string,
  engine: Engine,
  nodes: number,
  scenario: object,
): Promise<Deployment> {
  const plan = planOf(nodes, { scenario, machine: { placement: placementOf(await chooseMeshOctet(engine)) } })
  const { run: id, directory } = await createRunDirectory(root, plan.scenario.name)
  await writeInputs(directory, plan, '', clock.origin)
  // Labels are found on the whole engine, where another test's run of the same second must not be meant.
  const system = systemOf(plan.scenario)
  return { run: `${id}-${process.pid}`, plan, system, directory, token: 'token', clock }
}
