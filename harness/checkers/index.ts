/**
 * What a run is judged by: one file a property, each a pure function of the plan and the history. Reading order:
 * observer.ts folds the history into observations.ts, the checkers below look at those, metrics.ts draws the figures.
 */
import type { HistoryEvent } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import { type CheckResult, type Verdict, worst } from '../../model/verdict.ts'
import { agreement } from './agreement.ts'
import { behaviours } from './behaviours.ts'
import type { Checker } from './checker.ts'
import { completeness } from './completeness.ts'
import { driverHealth } from './driver-health.ts'
import { evidence as caught } from './evidence.ts'
import { faults } from './faults.ts'
import { integrity } from './integrity.ts'
import { irrevocability } from './irrevocability.ts'
import { latencyP95, latencyP99 } from './latency.ts'
import { liveness } from './liveness.ts'
import { metrics } from './metrics.ts'
import type { Observations } from './observations.ts'
import { createObserver } from './observer.ts'
import { recovery } from './recovery.ts'
import { storage } from './storage.ts'
import { throughput } from './throughput.ts'
import { validity } from './validity.ts'

const safety = [agreement, validity, integrity, irrevocability, storage] as const
const objectives = [throughput, latencyP95, latencyP99] as const
const evidence = [faults, behaviours, caught, driverHealth, completeness] as const

/** Every checker, in the order of a report. */
export const checkers: readonly Checker[] = [...safety, liveness, recovery, ...objectives, ...evidence]

/** Judges a run. @param history the events of the run in order, such as readHistory gives them */
export async function judge(
  plan: Plan,
  history: Iterable<HistoryEvent> | AsyncIterable<HistoryEvent>,
): Promise<Verdict> {
  const observations = await observe(plan, history)
  const checks = check(plan, observations)
  return {
    schema: 1,
    run: observations.begin?.run ?? '',
    scenario: plan.scenario.name,
    seed: plan.seed,
    verdict: worst(checks.map(({ verdict }) => verdict)),
    checks,
    metrics: metrics(plan, observations),
  }
}

/** One pass over the history. */
async function observe(
  plan: Plan,
  history: Iterable<HistoryEvent> | AsyncIterable<HistoryEvent>,
): Promise<Observations> {
  const observer = createObserver(plan.nodes.length, plan.byzantine)
  for await (const event of history) observer.add(event)
  return observer.finish()
}

/** Asks every checker. One that breaks says so as unknown: a broken checker must not pass or fail anything. */
export function check(plan: Plan, observations: Observations, asked = checkers): CheckResult[] {
  return asked.map(checker => {
    try {
      return { name: checker.name, ...checker.check(plan, observations) }
    } catch (error) {
      const message = `the checker broke: ${error instanceof Error ? error.message : error}`
      return { name: checker.name, verdict: 'unknown', message }
    }
  })
}
