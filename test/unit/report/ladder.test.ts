import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { DOMParser } from '@xmldom/xmldom'
import { recordLadder } from '../../../harness/cli/record-ladder.ts'
import { planLadder } from '../../../harness/plan/ladder.ts'
import { buildReport } from '../../../harness/report/build.ts'
import { junitXml } from '../../../harness/report/junit.ts'
import { reportPage } from '../../../harness/report/page.ts'
import { summaryMarkdown } from '../../../harness/report/summary.ts'
import { checkScenario } from '../../../harness/scenario/read.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import { ladderSchema } from '../../../model/ladder.ts'
import { type Report, reportSchema } from '../../../model/report.ts'
import { ladderRungs, rungWith } from '../../support/ladder.ts'
import { machine } from '../../support/plan.ts'
import { recordedLines, recordRun } from '../../support/run-directory.ts'

const scenario = checkScenario({ name: 'ladder-20', nodes: 20 }, () => undefined)
const attacks = ['silent', 'random-vote']
const ladder = planLadder({
  ...{ scenario, seed: 'seed', machine, attacks, fractions: [0.3, 0.33] },
})

const history = [
  '{"type":"begin","at":1,"schema":2,"originWallMs":1800000000000,"run":"20260101-ladder-20","version":"0","machine":{"cpus":2,"cpuModel":"x","memoryMiB":1,"kernel":"k","engine":"e","node":"v24"}}',
  '{"type":"end","at":2,"reason":"done"}',
].join('\n')

/** The report of a ladder that got so far. */
async function reportOf(rungs = ladderRungs): Promise<Report> {
  const directory = await mkdtemp(join(tmpdir(), 'whiteout-ladder-'))
  try {
    await writeFile(join(directory, 'plan.json'), JSON.stringify(ladder.plan))
    await writeFile(join(directory, 'history.ndjson'), `${history}\n`)
    await recordLadder(ladder, rungs, directory)
    return await buildReport(directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}

describe('the report of a ladder', () => {
  it('carries its cells, and passes when all are as theory expects', async () => {
    const report = await reportOf()
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
    expect(report).toMatchObject({ schema: 3, verdict: 'pass', missing: [], byzantine: null })
    expect(report.ladder).toEqual({ nodes: 20, cells: 6, rungs: ladderRungs })
  })

  it('has a case for each cell in junit.xml', async () => {
    const different = rungWith({
      attack: 'silent',
      fraction: 0.3,
      outcome: 'PARTIAL',
      remarks: ['liveness: 3'],
    })
    const xml = junitXml(await reportOf(ladderRungs.with(1, different)))
    const suite = new DOMParser().parseFromString(xml, 'text/xml').getElementsByTagName('testsuite')[0]!
    expect(suite.getAttribute('failures')).toBe('1')
    const cases = Array.from(suite.getElementsByTagName('testcase'))
    expect(cases.map(each => [each.getAttribute('name'), each.firstChild!.nodeName])).toEqual([
      ['silent 0 %', 'system-out'],
      ['silent 30 %', 'failure'],
      ['silent 33 %', 'system-out'],
      ['random-vote 0 %', 'system-out'],
      ['random-vote 30 %', 'system-out'],
      ['random-vote 33 %', 'system-out'],
    ])
    expect(suite.getElementsByTagName('failure')[0]!.getAttribute('message')).toBe(
      'PARTIAL where theory expects FINAL',
    )
  })

  it('fails and is unknown with its cells, and keeps what older versions wrote', async () => {
    const framed = rungWith({ unexplained: [{ check: 'evidence', verdict: 'fail' }] })
    const starved = rungWith({ unexplained: [{ check: 'driver-health', verdict: 'unknown' }] })
    const report = await reportOf([framed, starved, ...ladderRungs.slice(2)])
    expect(report.verdict).toBe('fail')
    expect(report.checks.map(({ verdict }) => verdict).slice(0, 3)).toEqual(['fail', 'unknown', 'pass'])
    expect(report.ladder!.rungs.map(({ verdict }) => verdict).slice(0, 3)).toEqual([
      'fail',
      'unknown',
      'pass',
    ])
    expect(summaryMarkdown(report)).toContain('| ❓ FINAL, but driver-health unknown |')
    expect(await reportOf([starved, ...ladderRungs.slice(1)])).toMatchObject({ verdict: 'unknown' })
    const { verdict: _v, unexplained: _u, ...older } = rungWith({ outcome: 'PARTIAL' })
    expect(ladderSchema.parse({ nodes: 20, rungs: [older] }).rungs[0]).toMatchObject({ verdict: 'fail' })
  })

  it('has the table in summary.md', async () => {
    const text = summaryMarkdown(await reportOf())
    expect(text).toContain('All 6 cells are as theory expects.')
    expect(text).toContain(
      '| random-vote | 33 % | 7/20 | 3 | ✅ FINAL, 2 of 170 vertices undecided | FINAL, 1 of 128 vertices undecided | x8.75 (50 ms) | x12.50 (150 ms) | held | 4 accepted, 2 undecided, 0 violated |',
    )
  })

  it('counts the collectors among the Byzantine nodes of each cell on the page', async () => {
    const page = reportPage(await reportOf(), { script: '', style: '' })
    expect(page).toContain('<td class="number">7/20</td><td class="number">3</td>')
    const unknown = reportPage(await reportOf([rungWith({ collectors: null })]), { script: '', style: '' })
    expect(unknown).toContain('<td class="number">2/20</td><td class="number">–</td>')
  })

  it('says what was not run of one that broke off', async () => {
    const report = await reportOf(ladderRungs.slice(0, 4))
    expect(report.verdict).toBe('unknown')
    expect(report.missing).toContain('Of 6 cells of the ladder 4 were run.')
    expect(report.checks.filter(({ message }) => message === 'was not run')).toHaveLength(2)
  })

  it('reads what the first version of ladder.json wrote', async () => {
    await using run = await recordRun()
    const { expectedUndecided: _u, vertices: _v, collectors: _c, ...rung } = ladderRungs[0]!
    await run.write('ladder.json', JSON.stringify({ schema: 1, seed: 's', nodes: 20, rungs: [rung] }))
    const report = await buildReport(run.directory)
    expect(report.ladder).toEqual({ nodes: 20, cells: 1, rungs: [{ ...ladderRungs[0], collectors: null }] })
    // It wrote no verdict.json: the cells say what came of them.
    expect(report).toMatchObject({ verdict: 'pass', missing: [], checks: [{ name: 'silent 0 %' }] })
    await run.write('ladder.json', '{"rungs": 3')
    const broken = await buildReport(run.directory)
    expect(broken.ladder).toBeNull()
    expect(broken.missing).toContain(
      'ladder.json cannot be read: it is broken, or of a version this one does not know.',
    )
  })
})

describe('the report of a run with Byzantine nodes', () => {
  const told = (node: number, offender: number): HistoryEvent => ({
    ...{ type: 'evidence', at: 1e12, node, contested: [] },
    caught: [{ node: offender, offence: 'equivocation', count: 3, first: 'number 7: a and b' }],
  })

  it('has who was planned, who was caught at what, and by whom', async () => {
    const byzantine = [{ behaviour: 'equivocate', targets: 'node-3' }]
    // What a Byzantine node says of others counts for nothing.
    const lines = [
      ...recordedLines(),
      ...[told(0, 3), told(1, 3), told(3, 0)].map(event => JSON.stringify(event)),
    ]
    await using run = await recordRun({ scenario: { byzantine }, lines })
    const report = await buildReport(run.directory)
    expect(report.byzantine).toEqual({
      hit: { nodes: 1, collectors: 1 },
      planned: [{ node: 'node-3', behaviour: 'equivocate' }],
      caught: [
        {
          ...{ node: 'node-3', isPlanned: true, offence: 'equivocation' },
          ...{ witnesses: ['node-0', 'node-1'], first: 'number 7: a and b' },
        },
      ],
    })
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
    expect(summaryMarkdown(report)).toContain('| node-3 | equivocate | equivocation |')
  })

  it('is read as it was written before there was such a section', async () => {
    await using run = await recordRun()
    const { byzantine: _b, ladder: _l, ...older } = await buildReport(run.directory)
    const read = reportSchema.parse({ ...JSON.parse(JSON.stringify(older)), schema: 1 })
    expect(read).toMatchObject({ schema: 1, byzantine: null, ladder: null })
  })
})
