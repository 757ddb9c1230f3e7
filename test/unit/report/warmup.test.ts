import { describe, expect, it } from '@jest/globals'
import { summarize } from '../../../harness/cli/output/summary.ts'
import { judgeDirectory } from '../../../harness/records/judge.ts'
import { buildReport } from '../../../harness/report/build.ts'
import { reportPage } from '../../../harness/report/page.ts'
import { recordedLines, recordRun } from '../../support/run-directory.ts'

const assets = { script: '', style: '' }

/** What page and summary of a run say, judged from its history. */
async function shown(warmupSeconds: number) {
  await using run = await recordRun({ lines: recordedLines({ warmupSeconds }) })
  const { verdict, plan } = await judgeDirectory(run.directory)
  const page = reportPage(await buildReport(run.directory), assets)
  return { page, summary: summarize(verdict, plan, run.directory, 'again') }
}

describe('a warm-up', () => {
  it('is named in the summary and on the page, beside the load that is measured', async () => {
    const { page, summary } = await shown(2)
    expect(summary).toContain(
      'warm-up          2 s before the measured load, 40 transactions: judged for safety and liveness, left out of throughput and finality',
    )
    expect(page).toContain(
      'Before 0, in grey: a warm-up of 2 s, which no figure of throughput or finality includes.',
    )
    expect(page).toContain('10 s of load')
    expect(page).toContain('warm-up included')
  })

  it('is not spoken of where there was none', async () => {
    const { page, summary } = await shown(0)
    expect(`${summary}${page.slice(0, page.indexOf('application/json'))}`).not.toMatch(/warm-?up/)
  })
})

describe('objectives', () => {
  it('have their sum in summary and page, and the time that recovery judges', async () => {
    for (const text of Object.values(await shown(0))) {
      expect(text).toMatch(/finality-p95.*batching \d+ ms \+ .* = \d+ ms, raised to 500 ms/s)
      expect(text).toContain('left out and judged by recovery: 1.0 to 6.2 s (kill-1)')
      expect(text).not.toMatch(/no objective/i)
    }
  })
})
