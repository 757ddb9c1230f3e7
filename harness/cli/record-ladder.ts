import { basename, join } from 'node:path'
import { isExpected, ladderVersion, nameOfRung, outcomeOfRung, type Rung } from '../../model/ladder.ts'
import { type CheckResult, type Verdict, worst } from '../../model/verdict.ts'
import type { Ladder } from '../plan/ladder.ts'
import { writeJson } from '../run/directory.ts'

/** What a ladder came to so far, as ladder.json has it. */
export interface LadderResult {
  readonly schema: typeof ladderVersion
  readonly seed: string
  readonly nodes: number
  readonly directory: string
  readonly cells: number
  readonly asExpected: boolean
  readonly rungs: readonly Rung[]
}

/**
 * Writes ladder.json, and a verdict.json with a check for each cell, which is what lists of runs and reports look for. Written after
 * every cell, so that a ladder that breaks off keeps what it has.
 */
export async function recordLadder(
  { plan, cells }: Ladder,
  rungs: readonly Rung[],
  directory: string,
): Promise<LadderResult> {
  const climbed = cells.slice(1)
  const checks = climbed.map((cell, index) => checkOf(nameOfRung(cell), rungs[index]))
  const result: LadderResult = {
    schema: ladderVersion,
    seed: plan.seed,
    nodes: plan.nodes.length,
    directory,
    cells: climbed.length,
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

function checkOf(name: string, rung: Rung | undefined): CheckResult {
  if (rung === undefined) return { name, verdict: 'unknown', message: 'was not run' }
  const evidence = rung.remarks.length === 0 ? {} : { evidence: rung.remarks }
  const outcome = outcomeOfRung(rung)
  if (isExpected(rung))
    return { name, verdict: 'pass', message: `${outcome}, as theory expects`, ...evidence }
  const safety = rung.safe || rung.expected === 'VIOLATED' ? '' : ', and safety did not hold'
  const message = `${outcome} where theory expects ${rung.expected}${safety}`
  return { name, verdict: 'fail', message, ...evidence }
}
