import { basename, join } from 'node:path'
import { ladderVersion, type Rung } from '../../model/ladder.ts'
import { type Outcome, type UnmeasuredVerdict, worst } from '../../model/verdict.ts'
import type { Ladder } from '../plan/ladder.ts'
import { writeJson } from '../records/directory.ts'
import { ladderChecks } from '../report/ladder-checks.ts'

/** What a ladder came to so far, as ladder.json has it. */
export interface LadderResult {
  readonly schema: typeof ladderVersion
  readonly seed: string
  readonly nodes: number
  readonly directory: string
  readonly cells: number
  /** Why cells that would have shown nothing of their own are not among them. */
  readonly leftOut: readonly string[]
  /** The worst of its cells; unknown while some were not run. */
  readonly verdict: Outcome
  readonly asExpected: boolean
  readonly rungs: readonly Rung[]
}

/**
 * Writes ladder.json, and a verdict.json with a check for each cell, which is what lists of runs and reports look for. Written after
 * every cell, so that a ladder that breaks off keeps what it has.
 */
export async function recordLadder(
  { plan, cells, leftOut }: Ladder,
  rungs: readonly Rung[],
  directory: string,
): Promise<LadderResult> {
  const climbed = cells.slice(1)
  const checks = ladderChecks(climbed, rungs)
  const judged = worst(checks.map(check => check.verdict))
  const result: LadderResult = {
    schema: ladderVersion,
    seed: plan.seed,
    nodes: plan.nodes.length,
    directory,
    cells: climbed.length,
    leftOut,
    verdict: judged,
    asExpected: judged === 'pass',
    rungs,
  }
  const verdict: UnmeasuredVerdict = {
    schema: 1,
    run: basename(directory),
    scenario: plan.scenario.name,
    seed: plan.seed,
    verdict: judged,
    checks,
  }
  await writeJson(join(directory, 'ladder.json'), result, 1)
  await writeJson(join(directory, 'verdict.json'), verdict, 1)
  return result
}
