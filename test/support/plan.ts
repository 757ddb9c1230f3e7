import { type PlanMachine, resolve } from '../../harness/plan/resolve.ts'
import { checkScenario } from '../../harness/scenario/read.ts'
import type { Plan } from '../../model/plan.ts'

/** The plan of a scenario that says no more than its number of nodes, with whatever else is given. */
export function planOf(
  nodes: number,
  options: {
    readonly seed?: string
    readonly machine?: Partial<PlanMachine>
    readonly scenario?: object
  } = {},
): Plan {
  const scenario = checkScenario({ name: 'test', nodes, ...options.scenario }, () => undefined)
  return resolve(scenario, options.seed ?? 'seed', { cpus: 2, ...options.machine })
}
