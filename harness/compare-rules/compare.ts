import { join } from 'node:path'
import type { Plan } from '../../model/plan.ts'
import type { Scenario } from '../../model/scenario.ts'
import { type Outcome, worst } from '../../model/verdict.ts'
import { readHistory } from '../history/reader.ts'
import { historyFile } from '../history/writer.ts'
import type { RunOutcome } from '../run/run.ts'
import { expectedRounds } from './expected.ts'
import { type Measured, measurePhases } from './measure.ts'
import { type Comparison, phasesOf, scenarioOf } from './phases.ts'
import type { NamedRule } from './rules.ts'
import { asTheory } from './theory.ts'

/** One rule with one share of silent nodes. */
export interface ComparisonRow extends Measured {
  readonly rule: string
  readonly fraction: number
  readonly silent: number
  /** Mean rounds that theory expects; null is never. */
  readonly expectedRounds: number | null
  /** The median over that of the first share, and the same of the expected rounds; null when one of them is never. */
  readonly ratio: number | null
  readonly expectedRatio: number | null
  /** Whether this is what theory expects: a rule is final where it can be, and nowhere else. */
  readonly asTheory: Outcome
  /** Of the run as a whole, which checks safety all the time and liveness after the last heal. */
  readonly verdict: Outcome
  readonly run: string
}

/** Plays a plan on containers; the caller has the engine. */
export type Play = (scenario: Scenario) => Promise<{ readonly plan: Plan; readonly outcome: RunOutcome }>

/**
 * Runs each rule once, through all shares of silent nodes one after the other.
 * @throws what kept a run from its end; an interruption ends the comparison with the rows it has
 */
export async function compareRules(
  rules: readonly NamedRule[],
  comparison: Comparison,
  play: Play,
): Promise<ComparisonRow[]> {
  const rows: ComparisonRow[] = []
  for (const rule of rules) {
    const { plan, outcome } = await play(scenarioOf(rule, comparison))
    if (outcome.wasInterrupted) break
    if (outcome.failure) throw outcome.failure
    const phases = phasesOf(comparison)
    const measured = await measurePhases(plan, phases, readHistory(join(outcome.directory, historyFile)))
    rows.push(...rowsOf({ rule, plan, outcome, measured }, comparison))
  }
  return rows
}

export function rowsOf(
  played: {
    readonly rule: NamedRule
    readonly plan: Plan
    readonly outcome: RunOutcome
    readonly measured: readonly Measured[]
  },
  comparison: Comparison,
): ComparisonRow[] {
  const { rule, plan, outcome, measured } = played
  const phases = phasesOf(comparison)
  const expected = phases.map(({ silent }) => expectedRounds(plan.consensus, comparison.nodes, silent))
  return phases.map(({ fraction, silent }, i) => ({
    ...{ rule: rule.name, fraction, silent, ...measured[i]! },
    expectedRounds: finite(expected[i]!),
    ratio: quotient(measured[i]!.p50Ms, measured[0]!.p50Ms),
    expectedRatio: quotient(finite(expected[i]!), finite(expected[0]!)),
    asTheory: asTheory(measured[i]!, {
      rounds: finite(expected[i]!),
      roundMs: quotient(measured[0]!.p50Ms, finite(expected[0]!)),
      phaseMs: comparison.phaseMs,
    }),
    ...{ verdict: outcome.verdict?.verdict ?? 'unknown', run: outcome.run },
  }))
}

/** The worst of all runs, and of all shares beside theory. */
export function verdictOf(rows: readonly Pick<ComparisonRow, 'verdict' | 'asTheory'>[]): Outcome {
  return worst(rows.flatMap(row => [row.verdict, row.asTheory]))
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function quotient(value: number | null, base: number | null): number | null {
  return value === null || base === null || base === 0 ? null : value / base
}
