import type {
  FinalityObjective,
  Plan,
  PlannedObjectives,
  ThroughputObjective,
  Unjudged,
} from '../../model/plan.ts'
import type { Objective, Scenario } from '../../model/scenario.ts'
import { type FinalityInputs, finalityObjective } from './finality-objective.ts'

/** Of the transactions due in each window, the shares that are to be accepted in time. */
const shares = { target: 0.95, acceptable: 0.9, critical: 0.8 } as const

/** How soon a transaction is in time where no finality is predicted. */
const unpredictedWithinMs = 10_000

/** Undecided for ever by chance is only worth a word above this share. */
const undecidedShareMin = 0.001

/**
 * What a run is judged by: the scenario's own objectives, or else defaults. Where a stall is expected, the limit is sought, or chance leaves
 * some of the load undecided for ever, nothing is expected by default.
 * @param hasCostModel whether the cost model is about this system; without it finality is judged only as the scenario asks
 * @param undecidedShare what theory leaves undecided for ever (harness/theory/outcome.ts)
 */
export function planObjectives(
  { expect }: Pick<Scenario, 'expect'>,
  undecidedShare: number,
  inputs: FinalityInputs,
  hasCostModel = true,
): PlannedObjectives {
  const byDefault: FinalityObjective = { ...finalityObjective(inputs), source: 'cost model' }
  const withinMs = expect.finalityP95Ms?.critical ?? (hasCostModel ? byDefault.critical : unpredictedWithinMs)
  const unjudged = whyNot(expect, undecidedShare)
  return askedObjectives(expect, {
    throughput: unjudged ?? { ...shares, unit: 'share', withinMs },
    finalityP95Ms:
      unjudged ?? (hasCostModel ? byDefault : { unjudged: 'nothing is predicted for this system' }),
  })
}

/** The objectives of a plan; those of an older version were only what its scenario asked for. */
export function objectivesOf({
  objectives,
  scenario,
}: Pick<Plan, 'objectives' | 'scenario'>): PlannedObjectives {
  const old: Unjudged = { unjudged: 'the plan is of a version without default objectives' }
  return objectives ?? askedObjectives(scenario.expect, { throughput: old, finalityP95Ms: old })
}

/** What the scenario asks for, and defaults for the rest. */
function askedObjectives(
  { throughput, finalityP95Ms, finalityP99Ms }: Scenario['expect'],
  defaults: Omit<PlannedObjectives, 'finalityP99Ms'>,
): PlannedObjectives {
  const asked = (objective: Objective | undefined): FinalityObjective | undefined =>
    objective && { ...objective, source: 'scenario', sum: 'as the scenario says' }
  return {
    throughput: typeof throughput === 'object' ? { ...throughput, unit: 'tps' } : defaults.throughput,
    finalityP95Ms: asked(finalityP95Ms) ?? defaults.finalityP95Ms,
    finalityP99Ms: asked(finalityP99Ms) ?? { unjudged: 'expect.finalityP99Ms is not set' },
  }
}

function whyNot({ stall, throughput }: Scenario['expect'], undecidedShare: number): Unjudged | undefined {
  if (stall) return { unjudged: 'the scenario expects a stall' }
  if (throughput === 'measured') return { unjudged: 'expect.throughput is "measured"' }
  if (undecidedShare < undecidedShareMin || undecidedShare === 1) return undefined
  return { unjudged: `chance leaves ${(100 * undecidedShare).toPrecision(2)} % undecided for ever` }
}

/** What a run of this plan is judged by, a line each, for people. */
export function describeObjectives(plan: Pick<Plan, 'objectives' | 'scenario'>): string[] {
  const { throughput, finalityP95Ms: p95 } = objectivesOf(plan)
  return [
    'unjudged' in throughput
      ? `throughput is reported, not judged: ${throughput.unjudged}`
      : describeThroughput(throughput),
    'unjudged' in p95
      ? `finality is reported, not judged: ${p95.unjudged}`
      : `finality p95 at the issuer: ${levels(p95, value => value.toLocaleString('en'))} ms (${p95.sum})`,
  ]
}

function describeThroughput(objective: ThroughputObjective): string {
  if (objective.unit === 'tps') return `throughput: ${levels(objective, String)} TPS over the measured load`
  const { withinMs } = objective
  return `throughput: ${levels(objective, share => String(Math.round(100 * share)))} % of what is due in a window accepted within ${withinMs.toLocaleString('en')} ms`
}

/** `95 / 90 / 80` */
function levels({ target, acceptable, critical }: Objective, format: (value: number) => string): string {
  return [target, acceptable, critical].map(format).join(' / ')
}
