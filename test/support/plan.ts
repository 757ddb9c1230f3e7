import { referenceSpeeds } from '../../harness/plan/cost-constants.ts'
import { type PlanMachine, resolve } from '../../harness/plan/resolve.ts'
import { checkScenario } from '../../harness/scenario/read.ts'
import type { Plan } from '../../model/plan.ts'

/** The machine that the fitted constants come from. */
export const machine = { cores: 2, speeds: referenceSpeeds } as const

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
  return resolve(scenario, options.seed ?? 'seed', { ...machine, ...options.machine })
}
