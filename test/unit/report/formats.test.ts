import { describe, expect, it } from '@jest/globals'
import { DOMParser } from '@xmldom/xmldom'
import { buildReport } from '../../../harness/report/build.ts'
import { junitXml } from '../../../harness/report/junit.ts'
import { reportPage } from '../../../harness/report/page.ts'
import { summaryMarkdown } from '../../../harness/report/summary.ts'
import type { Report } from '../../../model/report.ts'
import { expectGolden } from '../../support/golden.ts'
import { recordedLines, recordedVerdict, recordRun } from '../../support/run-directory.ts'

/** Text that would break out of HTML, XML, Markdown or a script if it were not escaped. */
const hostile = `</script><img src=x onerror=alert(1)>"'&]]>\u0000|\`$(x)`

async function reportOf(verdict: object, scenario: object = {}): Promise<Report> {
  await using run = await recordRun({ scenario })
  await run.write('verdict.json', JSON.stringify(verdict))
  if (JSON.stringify(scenario) !== '{}') await run.write('scenario.toml', `description = '''${hostile}'''`)
  return await buildReport(run.directory)
}

/** A strict parser: anything that is not well-formed throws. */
function parse(xml: string) {
  return new DOMParser({
    onError: (level, message) => {
      if (level !== 'warning') throw new Error(message)
    },
  }).parseFromString(xml, 'text/xml')
}

describe('junit.xml', () => {
  it('has one case a check: failures fail, unknown ones are errors', async () => {
    const suite = parse(junitXml(await reportOf(recordedVerdict))).getElementsByTagName('testsuite')[0]!
    const attributes = ['tests', 'failures', 'errors'].map(name => suite.getAttribute(name))
    expect(attributes).toEqual(['3', '1', '1'])
    const cases = Array.from(suite.getElementsByTagName('testcase')).map(each => {
      const [inner] = Array.from(each.childNodes)
      return [each.getAttribute('name'), inner!.nodeName]
    })
    expect(cases).toEqual([
      ['agreement', 'system-out'],
      ['liveness', 'failure'],
      ['driver-health', 'error'],
    ])
    expect(suite.getElementsByTagName('failure')[0]!.getAttribute('message')).toBe('one is missing')
    expect(JSON.parse(suite.getElementsByTagName('failure')[0]!.textContent!)).toEqual([{ node: 3 }])
  })

  it('is well-formed whatever a check says', async () => {
    const checks = [{ name: hostile, verdict: 'fail', message: hostile, evidence: hostile }]
    const xml = junitXml(await reportOf({ ...recordedVerdict, checks, verdict: 'fail' }))
    const [failure] = Array.from(parse(xml).getElementsByTagName('failure'))
    expect(failure!.getAttribute('message')).toBe(hostile.replace('\u0000', '\ufffd'))
  })
})

describe('summary.md', () => {
  it('says verdict, figures, what is not well, and how to repeat it', async () => {
    const report = await reportOf(recordedVerdict)
    expectGolden(
      'summary.md',
      summaryMarkdown({ ...report, run: '20260101-120000-test', missing: ['an example'] }),
    )
  })

  it('shows hostile text as text', async () => {
    const checks = [{ name: hostile, verdict: 'fail', message: hostile }]
    const text = summaryMarkdown(await reportOf({ ...recordedVerdict, checks, verdict: 'fail' }))
    expect(text).not.toMatch(/[^\\]<img/)
    expect(text).toContain('\\<img')
  })
})

describe('why a run ended', () => {
  const assets = { script: '', style: '' }
  const endedBy = async (end: object) => {
    const lines = recordedLines().slice(0, -1)
    await using run = await recordRun({
      lines: [...lines, JSON.stringify({ type: 'end', at: 2e12, ...end })],
    })
    await run.write('verdict.json', JSON.stringify(recordedVerdict))
    return await buildReport(run.directory)
  }

  it('stands with its message in report.json, on top of the page, among its facts and in summary.md', async () => {
    const report = await endedBy({ reason: 'failed', message: 'node-2 died\nits last lines: <x>' })
    expect(report).toMatchObject({ ending: 'failed', endingMessage: 'node-2 died\nits last lines: <x>' })
    const page = reportPage(report, assets)
    expect(page).toContain('<span>failed: node-2 died</span>')
    expect(page).toContain('failed: node-2 died\nits last lines: &lt;x&gt;</span></td>')
    expect(summaryMarkdown(report)).toContain('Ended: failed: node-2 died')
  })

  it('is the signal of an interruption, and nothing where the run came to its end', async () => {
    const report = await endedBy({ reason: 'interrupted', message: 'SIGTERM' })
    expect(reportPage(report, assets)).toContain('<span>interrupted: SIGTERM</span>')
    const done = await endedBy({ reason: 'done' })
    expect(done.endingMessage).toBeNull()
    expect(summaryMarkdown(done)).not.toContain('Ended')
  })
})

describe('report.html', () => {
  const assets = { script: '/* the program */', style: '/* the style */' }

  it('escapes whatever comes from a scenario, a check or a note', async () => {
    const checks = [{ name: hostile, verdict: 'fail', message: hostile, evidence: hostile }]
    const report = await reportOf({ ...recordedVerdict, checks, verdict: 'fail' }, { description: hostile })
    const page = reportPage(
      {
        ...report,
        notes: [{ atMs: 1, level: 'info', message: hostile }],
        missing: [hostile],
        repeat: hostile,
      },
      assets,
    )
    expect(page).not.toContain('<img')
    expect(page.match(/<script/g)).toHaveLength(2)
    expect(page.match(/<\/script>/g)).toHaveLength(2)
    const data = /<script type="application\/json" id="report">(.*)<\/script>/.exec(page)![1]!
    expect(JSON.parse(data)).toMatchObject({ scenario: { description: hostile }, missing: [hostile] })
  })

  it('refers to nothing outside itself', async () => {
    const page = reportPage(await reportOf(recordedVerdict), assets)
    expect(page).not.toMatch(/(src|href)=|url\(|@import/)
    expect(page).toContain('default-src &#39;none&#39;')
  })

  it.each([
    [4, 7464, 1234, 'too short to tell, 4 samples', '7,464'],
    [19, 7464, 1234, 'too short to tell, 19 samples', '7,464'],
    // 18 degrees of freedom: t is 2.101, and two standard errors would be fewer.
    [20, 100, 49, 'not distinguishable from level, 20 samples', '2,101'],
    [20, 1000, 100, '<td class="number">+1,000 ± 210 MiB/h</td><td>grows, 20 samples', 'too short'],
    [720, -1, 0.1, '<td class="number">-1.0 ± 0.2 MiB/h</td><td>falls, 720 samples', 'too short'],
  ])(
    'tells of a slope of %s samples what they can tell',
    async (samples, perHour, errorPerHour, text, not) => {
      const slope = { name: 'memory', unit: 'MiB', perHour, errorPerHour, samples }
      const page = reportPage({ ...(await reportOf(recordedVerdict)), slopes: [slope] }, assets)
      const section = /<section id="slopes">.*?<\/section>/s.exec(page)![0]
      expect(section).toContain(text)
      expect(section).not.toContain(not)
    },
  )

  it('leaves out what there is nothing to show of', async () => {
    const report = await reportOf(recordedVerdict)
    const page = reportPage({ ...report, series: null, faults: [], slopes: [] }, assets)
    for (const id of ['charts', 'faults', 'slopes', 'recovery']) expect(page).not.toContain(`id="${id}"`)
    expect(page).toContain('id="checks"')
  })
})
