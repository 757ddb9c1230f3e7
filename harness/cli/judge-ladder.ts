import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { HarnessError } from '../../model/errors.ts'
import { ladderSchema, nameOfCell, type ReportedLadder, type Rung } from '../../model/ladder.ts'
import { type CheckResult, type Outcome, type Verdict, worst } from '../../model/verdict.ts'
import { judgeDirectory } from '../records/judge.ts'
import { ladderChecks } from '../report/ladder-checks.ts'
import { rungOf } from './output/ladder.ts'

/** What the cells of a ladder come to when their histories are judged again. */
export interface JudgedLadder {
  readonly run: string
  readonly directory: string
  readonly verdict: Outcome
  readonly checks: readonly CheckResult[]
  readonly rungs: readonly Rung[]
}

/**
 * Judges each cell of a ladder from its own directory; what was asked for and what theory expects is in ladder.json. Undefined when the
 * run was no ladder.
 * @throws HarnessError when ladder.json, or the plan or history of a cell, is missing or broken
 */
export async function judgeLadder(directory: string): Promise<JudgedLadder | undefined> {
  const ladder = await readLadder(directory)
  if (ladder === undefined) return undefined
  const rungs: Rung[] = []
  let base: Verdict | undefined
  for (const recorded of ladder.rungs) {
    const name = nameOfCell(recorded.attack, recorded.fraction)
    const { verdict } = await judgeDirectory(join(directory, 'cells', name))
    if (recorded.byzantine === 0) base = verdict
    rungs.push(rungOf(recorded, verdict, base ?? verdict))
  }
  const checks = [...ladderChecks(rungs, rungs), ...notRun(ladder)]
  return {
    ...{ run: basename(directory), directory, verdict: worst(checks.map(({ verdict }) => verdict)) },
    ...{ checks, rungs },
  }
}

async function readLadder(directory: string): Promise<ReportedLadder | undefined> {
  const file = join(directory, 'ladder.json')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return ladderSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new HarnessError({
      code: 'ladder-unreadable',
      message: `${file}: broken, or written by an unsupported version`,
      next: 'only a ladder writes this file; if it was edited, restore it, or pass the directory of one cell',
      cause,
    })
  }
}

/** A ladder that broke off is not what was asked for, however well it began. */
function notRun({ cells, rungs }: ReportedLadder): CheckResult[] {
  if (rungs.length >= cells) return []
  return [
    { name: 'cells', verdict: 'unknown', message: `${cells - rungs.length} of ${cells} cells were not run` },
  ]
}
