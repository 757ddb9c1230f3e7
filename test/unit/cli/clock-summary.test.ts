import { describe, expect, it } from '@jest/globals'
import { judge } from '../../../harness/checkers/index.ts'
import { summarize } from '../../../harness/cli/output/summary.ts'
import { judgeDirectory } from '../../../harness/records/judge.ts'
import { buildReport } from '../../../harness/report/build.ts'
import { reportPage } from '../../../harness/report/page.ts'
import { summaryMarkdown } from '../../../harness/report/summary.ts'
import type { StepEvent } from '../../../model/event.ts'
import { planOf } from '../../support/plan.ts'
import { recordedLines, recordRun } from '../../support/run-directory.ts'
import { syntheticBegan, syntheticHistory } from '../../support/synthetic-history.ts'

const setBack: StepEvent = { type: 'step', at: syntheticBegan + 3000, byMs: -60_000 }
const slept: StepEvent = { type: 'step', at: syntheticBegan + 4000, byMs: 90_000, suspendedMs: 90_000 }

describe('a run during which the clock on the wall was set', () => {
  it('says so in its summary, and one that was not has nothing to say', async () => {
    const plan = planOf(4)
    const history = [...syntheticHistory({ nodes: 4, tps: 5, seconds: 3 })]
    const rows = async (...steps: StepEvent[]) =>
      summarize(await judge(plan, [...history, ...steps]), plan, 'runs/r', 'npm run scale').match(
        /^ {2}clock .*$/gm,
      )
    expect(await rows()).toBeNull()
    expect((await rows(setBack, slept))?.map(row => row.replace(/ +/g, ' '))).toEqual([
      ' clock the clock on the wall was set back by 60.0 s, 8 s into the run',
      ' clock the machine was suspended for 90.0 s, 9 s into the run',
    ])
  })

  it('says so in its report', async () => {
    await using run = await recordRun({ lines: [...recordedLines(), JSON.stringify(setBack)] })
    const { verdict } = await judgeDirectory(run.directory)
    await run.write('verdict.json', JSON.stringify(verdict))
    const report = await buildReport(run.directory)
    expect(report.metrics?.clockSteps).toEqual([{ atSeconds: 8, byMs: -60_000 }])
    const told = /the clock on the wall was set back by 60\.0 s, 8(\.0)? s into the run/
    expect(reportPage(report, { style: '', script: '' })).toMatch(told)
    expect(summaryMarkdown(report)).toMatch(told)
  })
})
