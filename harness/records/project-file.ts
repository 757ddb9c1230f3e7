import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HarnessError } from '../../model/errors.ts'
import type { FaultEvent, HistoryEvent, InstanceEvent } from '../../model/event.ts'
import type { Occurrence } from '../../model/fault.ts'
import { type CheckResult, type UnmeasuredVerdict, worst } from '../../model/verdict.ts'
import { judgeCrashes } from '../checkers/crashes.ts'
import { judgeFaults } from '../checkers/faults.ts'

/** What a run on a project of somebody else has instead of a plan. */
export const projectFile = 'faults.json'

export interface ProjectPlan {
  readonly schema: 1
  readonly project: string
  readonly seed: string
  readonly places: readonly { readonly name: string; readonly addresses?: readonly string[] }[]
  readonly faults: readonly Occurrence[]
}

/**
 * What was to be done to the containers of somebody else; undefined when the directory is of another kind of run.
 * @throws HarnessError `faults-unreadable`
 */
export async function readProjectPlan(directory: string): Promise<ProjectPlan | undefined> {
  const file = join(directory, projectFile)
  try {
    const plan = JSON.parse(await readFile(file, 'utf8')) as ProjectPlan | null
    if (isWhole(plan)) return plan
    throw new Error('missing or unsupported: seed, places or faults')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new HarnessError({
      code: 'faults-unreadable',
      message: `${file}: ${(cause as Error).message}`,
      next: 'only a run writes this file; if it was edited, restore it',
      cause,
    })
  }
}

function isWhole(plan: ProjectPlan | null): plan is ProjectPlan {
  return (
    typeof plan?.seed === 'string' &&
    Array.isArray(plan.places) &&
    plan.places.every(place => typeof place?.name === 'string') &&
    Array.isArray(plan.faults) &&
    plan.faults.every(
      fault =>
        typeof fault?.id === 'string' && typeof fault.fault === 'object' && Array.isArray(fault.targets),
    )
  )
}

/** verdict.json of such a run: no figures, for there is nothing to measure them on. */
export type ProjectVerdict = UnmeasuredVerdict

/** Judges the faults of a run on a project, and whether its containers outlived them; there is no load and no decision to judge. */
export async function judgeProject(
  run: string,
  { project, seed, faults, places }: ProjectPlan,
  history: Iterable<HistoryEvent> | AsyncIterable<HistoryEvent>,
): Promise<ProjectVerdict> {
  const steps: FaultEvent[] = []
  const events: InstanceEvent[] = []
  let beganAt = 0
  for await (const event of history) {
    if (event.type === 'begin') beganAt = event.at
    if (event.type === 'fault') steps.push(event)
    if (event.type === 'container') events.push(event)
  }
  const nameOf = (node: number) => places[node]?.name ?? `container ${node}`
  const checks: CheckResult[] = [
    { name: 'faults', ...judgeFaults(faults, steps) },
    { name: 'crashes', ...judgeCrashes({ events, faults, steps, nameOf, beganAt, mayEnd: true }) },
  ]
  const verdict = worst(checks.map(check => check.verdict))
  return { schema: 1, run, scenario: `project ${project}`, seed, verdict, checks }
}
