import { basename, join } from 'node:path'
import { isExpected, ladderVersion, type Rung } from '../../model/ladder.ts'
import { type Verdict, worst } from '../../model/verdict.ts'
import type { Ladder } from '../plan/ladder.ts'
import { ladderChecks } from '../report/ladder-checks.ts'
import { writeJson } from '../run/directory.ts'

/** What a ladder came to so far, as ladder.json has it. */
export interface LadderResult {
  readonly schema: typeof ladderVersion
  readonly seed: string
  readonly nodes: number
  readonly directory: string
  readonly cells: number
  /** Why cells that would have shown nothing of their own are not among them. */
  readonly leftOut: readonly string[]
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
  const result: LadderResult = {
    schema: ladderVersion,
    seed: plan.seed,
    nodes: plan.nodes.length,
    directory,
    cells: climbed.length,
    leftOut,
    asExpected: rungs.length === climbed.length && rungs.every(isExpected),
    rungs,
  }
  const verdict: Omit<Verdict, 'metrics'> = {
    schema: 1,
    run: basename(directory),
    scenario: plan.scenario.name,
    seed: plan.seed,
    verdict: worst(checks.map(check => check.verdict)),
    checks,
  }
  await writeJson(join(directory, 'ladder.json'), result, 1)
  await writeJson(join(directory, 'verdict.json'), verdict, 1)
  return result
}
