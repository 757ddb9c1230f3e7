import { isExpected, nameOfRung, outcomeOfRung, type Rung, spoiltBy } from '../../model/ladder.ts'
import type { CheckResult } from '../../model/verdict.ts'

/** A check for each cell: whether it came to what theory expects. @param cells all that were asked for, those that were run first */
export function ladderChecks(
  cells: readonly Pick<Rung, 'attack' | 'fraction'>[],
  rungs: readonly Rung[],
): CheckResult[] {
  return cells.map((cell, index) => checkOf(nameOfRung(cell), rungs[index]))
}

function checkOf(name: string, rung: Rung | undefined): CheckResult {
  if (rung === undefined) return { name, verdict: 'unknown', message: 'was not run' }
  const evidence = rung.remarks.length === 0 ? {} : { evidence: rung.remarks }
  const outcome = outcomeOfRung(rung)
  const safety = rung.safe || rung.expected === 'VIOLATED' ? '' : ', and safety did not hold'
  const found = isExpected(rung)
    ? `${outcome}, as theory expects`
    : `${outcome} where theory expects ${rung.expected}${safety}`
  return { name, verdict: rung.verdict, message: `${found}${spoiltBy(rung)}`, ...evidence }
}
