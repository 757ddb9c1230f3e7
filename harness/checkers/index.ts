/**
 * What a run is judged by: one file a property, each a pure function of the plan and the history. Reading order:
 * observer.ts folds the history into observations.ts, the checkers below look at those, metrics.ts draws the figures.
 */
import type { HistoryEvent } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import type { HistoryModel, System } from '../../model/ports/system.ts'
import { type CheckResult, type Verdict, worst } from '../../model/verdict.ts'
import { systemOf } from '../systems/index.ts'
import { agreement } from './agreement.ts'
import { behaviours } from './behaviours.ts'
import type { Checker } from './checker.ts'
import { underClocks } from './clocks.ts'
import { completeness } from './completeness.ts'
import { crashes } from './crashes.ts'
import { driverHealth } from './driver-health.ts'
import { evidence as caught } from './evidence.ts'
import { faults } from './faults.ts'
import { integrity } from './integrity.ts'
import { irrevocability } from './irrevocability.ts'
import { latencyP95, latencyP99 } from './latency.ts'
import { liveness } from './liveness.ts'
import { metrics } from './metrics.ts'
import { underNoise } from './noise.ts'
import type { Span } from './noise-track.ts'
import type { Observations } from './observations.ts'
import { Observer } from './observer.ts'
import { recovery } from './recovery.ts'
import { storage } from './storage.ts'
import { throughput } from './throughput.ts'
import { validity } from './validity.ts'

const safety = [agreement, validity, integrity, irrevocability, storage] as const
const objectives = [throughput, latencyP95, latencyP99] as const
const evidence = [faults, crashes, behaviours, caught, driverHealth, completeness] as const

/** What is about durations: programs outside of the run can make it worse, and clocks that went apart make it unknown. */
const timed: ReadonlySet<Checker> = new Set([recovery, ...objectives, driverHealth])

/** Every checker of a history of conflict sets, in the order of a report. */
export const checkers: readonly Checker[] = [...safety, liveness, recovery, ...objectives, ...evidence]

const byModel: Readonly<Record<HistoryModel, readonly Checker[]>> = { 'conflict-set': checkers }

/** What judges peers by what nodes report of them. */
const ofPeers: ReadonlySet<Checker> = new Set([behaviours, caught])

/** The checks that apply to a plan's system. */
export function checkersOf({ historyModel, deployment }: System): readonly Checker[] {
  const all = byModel[historyModel]
  return deployment.shows.evidence ? all : all.filter(checker => !ofPeers.has(checker))
}

/** The events of a run in order; they are gone through a second time where findings name transactions. */
export type History = Iterable<HistoryEvent> | AsyncIterable<HistoryEvent>

/** Judges a run. */
export async function judge(plan: Plan, history: History): Promise<Verdict> {
  const observations = await observe(plan, history)
  const find = () => ({ checks: check(plan, observations), metrics: metrics(plan, observations) })
  let found = find()
  if (observations.ids.areMissing) {
    await learnIds(observations, history)
    found = find()
  }
  return {
    schema: 1,
    run: observations.begin?.run ?? '',
    scenario: plan.scenario.name,
    seed: plan.seed,
    verdict: worst(found.checks.map(({ verdict }) => verdict)),
    ...found,
  }
}

/** One pass over the history. */
async function observe(plan: Plan, history: History): Promise<Observations> {
  const observer = new Observer(plan.nodes.length, plan.byzantine)
  for await (const event of history) observer.add(event)
  return observer.finish()
}

async function learnIds({ ids }: Observations, history: History): Promise<void> {
  for await (const event of history) {
    ids.learn(event)
    if (!ids.areMissing) return
  }
}

/** Asks every checker. One that breaks says so as unknown: a broken checker must not pass or fail anything. */
export function check(
  plan: Plan,
  observations: Observations,
  asked = checkersOf(systemOf(plan.scenario)),
): CheckResult[] {
  return asked.map(checker => {
    try {
      const load = timed.has(checker) ? spanOf(observations.load) : undefined
      const finding = underClocks(checker.check(plan, observations), observations.clocks, load)
      return { name: checker.name, ...underNoise(finding, observations.noise, load) }
    } catch (error) {
      const message = `the checker broke: ${error instanceof Error ? error.message : error}`
      return { name: checker.name, verdict: 'unknown', message }
    }
  })
}

function spanOf(load: Observations['load']): Span | undefined {
  return load && { from: load.beganAt, to: load.endedAt }
}
