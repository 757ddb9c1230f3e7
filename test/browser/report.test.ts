import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { serveReports } from '../../harness/report/server.ts'
import { writeReport } from '../../harness/report/write.ts'
import type { Report } from '../../model/report.ts'
import { ladderRungs } from '../support/ladder.ts'
import { type RecordedRun, recordedLines, recordedVerdict, recordRun } from '../support/run-directory.ts'
import { useBrowser } from './browser.ts'

const chromium = await useBrowser()
const hostile = `</script><script>alert(1)</script><img src="http://127.0.0.1:9/x" onerror="alert(2)">`

/** What a browser of this repository knows of its own page; DOM types are those of the page's own program. */
declare const document: {
  querySelectorAll(selector: string): Iterable<Canvas>
  documentElement: { scrollWidth: number }
}
declare const innerWidth: number
declare const getComputedStyle: (element: unknown) => Record<string, string>
interface Canvas {
  readonly width: number
  readonly height: number
  readonly id: string
  querySelector(selector: string): Canvas
  querySelectorAll(selector: string): Iterable<Canvas>
  getContext(kind: string): { getImageData(...box: number[]): { data: Uint8ClampedArray } }
}

/** How many pixels of each chart have the colour of each line of its key. */
function linePixels(page: Page): Promise<Record<string, number[]>> {
  return page.evaluate(() => {
    const found: Record<string, number[]> = {}
    for (const chart of document.querySelectorAll('.chart')) {
      const canvas = chart.querySelector('canvas')
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      const lines = [...chart.querySelectorAll('.key i:not(.shade):not(.ramp)')]
      found[chart.id] = lines.map(line => {
        const [red, green, blue] = getComputedStyle(line).borderTopColor!.match(/\d+/g)!.map(Number)
        let count = 0
        for (let at = 0; at < data.length; at += 4) {
          const distance =
            Math.abs(data[at]! - red!) + Math.abs(data[at + 1]! - green!) + Math.abs(data[at + 2]! - blue!)
          if (data[at + 3]! > 200 && distance < 24) count++
        }
        return count
      })
    }
    return found
  })
}

/** The share of a box well inside each heat map that is painted. */
function painted(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() => {
    const found: Record<string, number> = {}
    for (const chart of document.querySelectorAll('#nodes .chart')) {
      const canvas = chart.querySelector('canvas')
      const box = [canvas.width * 0.2, canvas.height * 0.2, canvas.width * 0.2, canvas.height * 0.3]
      const { data } = canvas.getContext('2d').getImageData(...box.map(Math.round))
      found[chart.id] = data.filter((value, at) => at % 4 === 3 && value === 255).length / (data.length / 4)
    }
    return found
  })
}

const drawn = (page: Page) => page.waitForSelector('html[data-charts]')

chromium.inBrowser('report.html, opened from disk without a network', () => {
  let run: RecordedRun
  let report: Report
  let url: string
  beforeAll(async () => {
    run = await recordRun({ scenario: { description: hostile } })
    await run.write('scenario.toml', `description = '${hostile}'`)
    report = await writeReport(run.directory)
    url = pathToFileURL(join(run.directory, 'report.html')).href
  })
  afterAll(async () => {
    await run[Symbol.asyncDispose]()
  })

  it('asks for nothing but itself, says nothing on the console, and runs nothing of a scenario', async () => {
    await using opened = await chromium.open(url)
    await drawn(opened.page)
    expect(opened.requests).toEqual([url])
    expect(opened.complaints).toEqual([])
    expect(await opened.page.textContent('#run')).toContain(hostile)
  })

  it('draws every line and every heat map, in light and in dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await using opened = await chromium.open(url, { colorScheme })
      await drawn(opened.page)
      expect(opened.complaints).toEqual([])
      const pixels = await linePixels(opened.page)
      expect(Object.keys(pixels)).toEqual(
        expect.arrayContaining([
          ...['chart-tps', 'chart-first', 'chart-all', 'chart-lag', 'chart-cores', 'chart-cdf'],
        ]),
      )
      // p95 and p99 of this run lie on each other, and the last one drawn is seen.
      const visible = {
        'chart-tps': [1],
        'chart-first': [0, 2],
        'chart-all': [0, 2],
        'chart-lag': [0],
        'chart-cores': [0, 1],
        'chart-cdf': [0, 1],
      }
      for (const [id, lines] of Object.entries(visible))
        for (const line of lines)
          expect({ id, line, count: pixels[id]![line]! > 100 }).toEqual({ id, line, count: true })
      expect(await painted(opened.page)).toEqual({ 'grid-accepted': 1, 'grid-memory': 1, 'grid-cpu': 1 })
    }
  })

  it('shows the figures of report.json', async () => {
    const data = JSON.parse(await readFile(join(run.directory, 'report.json'), 'utf8')) as Report
    await using opened = await chromium.open(url)
    const shown = await opened.page.$$eval('[data-field]', elements =>
      elements.map(element => [element.getAttribute('data-field')!, element.textContent!] as const),
    )
    expect(shown.length).toBeGreaterThanOrEqual(6)
    for (const [field, text] of shown) {
      const value = field
        .split('.')
        .reduce((inner: unknown, key: string) => (inner as Record<string, unknown>)?.[key], data as unknown)
      if (value === null) continue
      const [, number, unit] = /^([\d,.]+) ?(s)?/.exec(text)!
      const read = Number(number!.replaceAll(',', '')) * (unit === 's' ? 1000 : 1)
      expect({
        field,
        isClose: Math.abs(read - (value as number)) <= Math.max(0.5, (value as number) * 0.02),
      }).toEqual({
        field,
        isClose: true,
      })
    }
    const names = await opened.page.$$eval('.checks th', cells => cells.map(cell => cell.textContent))
    expect(names).toEqual(data.checks.map(({ name }) => name))
    expect(JSON.parse((await opened.page.textContent('#report'))!)).toEqual(data)
  })

  it('tells figure and fault under the cursor', async () => {
    await using opened = await chromium.open(url)
    await drawn(opened.page)
    const over = opened.page.locator('#chart-tps .u-over')
    const box = (await over.boundingBox())!
    const endAt = report.series!.intendedTps.length
    await over.hover({ position: { x: (4.1 / endAt) * box.width, y: box.height / 2 } })
    expect(await opened.page.textContent('#now')).toBe('at 4 s: kill-1 (kill node-1 at 3s for 2s)')
    expect(await opened.page.textContent('#chart-tps .key')).toContain(
      `accepted ${report.series!.acceptedTps[4]}`,
    )
  })

  it('has every fault in full on a phone, without scrolling', async () => {
    await using opened = await chromium.open(url, { viewport: { width: 375, height: 800 } })
    // As long as names and times of real faults are.
    await opened.page.evaluate(
      `document.querySelector('#faults th.id').textContent = 'rolling-restart-12, partition-104'`,
    )
    const [inner, outer] = await opened.page.$eval('#faults .wide', box => [box.scrollWidth, box.clientWidth])
    expect(inner).toBeLessThanOrEqual(outer!)
  })

  it('shows at the edge of a table that there is more of it, until it is scrolled there', async () => {
    await using opened = await chromium.open(url, { viewport: { width: 375, height: 800 } })
    const { page } = opened
    await page.evaluate(`document.querySelector('#slopes td:last-child').style.minWidth = '600px'`)
    const edge = async () => {
      const box = (await page.locator('#slopes .wide').boundingBox())!
      const clip = { x: box.x + box.width - 6, y: box.y + 2, width: 6, height: 6 }
      return (await page.screenshot({ clip, fullPage: true })).toString('base64')
    }
    const before = await edge()
    await page.evaluate(`document.querySelector('#slopes .wide').scrollLeft = 10_000`)
    expect(await edge()).not.toBe(before)
  })

  it('fits a phone, and draws again when the width changes', async () => {
    await using opened = await chromium.open(url, { viewport: { width: 390, height: 800 } })
    await drawn(opened.page)
    const widths = () => opened.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
    expect(await widths()).toEqual([390, 390])
    await opened.page.setViewportSize({ width: 900, height: 800 })
    await opened.page.waitForFunction(
      () => [...document.querySelectorAll('#chart-tps canvas')][0]!.width > 500,
    )
    expect(await widths()).toEqual([900, 900])
    expect(opened.complaints).toEqual([])
  })
})

chromium.inBrowser('the report of a ladder', () => {
  let run: RecordedRun
  let url: string
  beforeAll(async () => {
    run = await recordRun()
    await run.write('ladder.json', JSON.stringify({ nodes: 20, cells: 6, rungs: ladderRungs }))
    await writeReport(run.directory)
    url = pathToFileURL(join(run.directory, 'report.html')).href
  })
  afterAll(async () => {
    await run[Symbol.asyncDispose]()
  })

  it('draws a line for each attack, in light and in dark, and fits a phone', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await using opened = await chromium.open(url, { colorScheme, viewport: { width: 390, height: 800 } })
      await drawn(opened.page)
      const pixels = await linePixels(opened.page)
      for (const id of ['chart-ladder-p50', 'chart-ladder-p95'])
        expect({ id, areDrawn: pixels[id]!.map(count => count > 100) }).toEqual({
          id,
          areDrawn: [true, true],
        })
      const widths = await opened.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
      expect(widths).toEqual([390, 390])
      expect(opened.complaints).toEqual([])
    }
  })

  it('shows every ratio of report.json, outcomes beside theory, and a ratio under the cursor', async () => {
    await using opened = await chromium.open(url)
    await drawn(opened.page)
    const shown = await opened.page.$$eval('#ladder [data-field$=Ratio]', elements =>
      elements.map(element => [element.getAttribute('data-field')!, Number(element.textContent)] as const),
    )
    const { ladder } = JSON.parse(await readFile(join(run.directory, 'report.json'), 'utf8')) as Report
    const known = ladder!.rungs.flatMap((rung, index) =>
      (['p50Ratio', 'p95Ratio'] as const)
        .filter(name => rung[name] !== null)
        .map(name => [`ladder.rungs.${index}.${name}`, rung[name]]),
    )
    expect(shown).toEqual(known)
    const last = await opened.page.textContent('.ladder tbody tr:last-child')
    expect(last).toContain('FINAL, 2 of 170 vertices undecided')
    expect(last).toContain('FINAL, 1 of 128 vertices undecided')
    const over = opened.page.locator('#chart-ladder-p95 .u-over')
    const box = (await over.boundingBox())!
    await over.hover({ position: { x: box.width - 3, y: box.height / 2 } })
    expect(await opened.page.textContent('#chart-ladder-p95 .key')).toBe('silent random-vote 12.5×')
  })
})

chromium.inBrowser('the report of a run with Byzantine nodes', () => {
  it('shows who was planned and caught, and what became of double-spends', async () => {
    const byzantine = [{ behaviour: 'equivocate', targets: 'node-3' }]
    const seen = { node: 3, offence: 'equivocation', count: 3, first: hostile }
    const evidence = { type: 'evidence', at: 1e12, node: 0, caught: [seen], contested: [] }
    await using run = await recordRun({
      scenario: { byzantine },
      lines: [...recordedLines(), JSON.stringify(evidence)],
    })
    const metrics = { ...recordedVerdict.metrics, contested: { accepted: 7, undecided: 3, violated: 1 } }
    await run.write('verdict.json', JSON.stringify({ ...recordedVerdict, metrics }))
    const report = await writeReport(run.directory)
    const url = pathToFileURL(join(run.directory, 'report.html')).href
    await using opened = await chromium.open(url, { viewport: { width: 390, height: 800 } })
    await drawn(opened.page)
    const shown = await opened.page.$$eval('#byzantine [data-field]', elements =>
      elements.map(element => [element.getAttribute('data-field')!, Number(element.textContent)]),
    )
    const known = Object.entries(report.metrics!.contested!)
    expect(shown).toEqual(known.map(([name, count]) => [`metrics.contested.${name}`, count]))
    const row = await opened.page.textContent('#byzantine tbody tr')
    const [caught] = report.byzantine!.caught
    expect(row).toBe(`node-3equivocate${caught!.offence}, seen by 1${hostile}node-0`)
    expect(opened.complaints).toEqual([])
    const widths = await opened.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
    expect(widths).toEqual([390, 390])
  })
})

chromium.inBrowser('the list of runs', () => {
  it('leads to a report that draws', async () => {
    await using run = await recordRun()
    await using server = await serveReports({ root: run.root, port: 0 })
    await using opened = await chromium.open(server.url)
    expect(await opened.page.textContent('h1')).toBe('1 run')
    await opened.page.click(`text=${run.run}`)
    await drawn(opened.page)
    // A browser asks every site for its icon; there is none to give.
    expect(opened.complaints.filter(each => !each.includes('favicon'))).toEqual([])
    for (const request of opened.requests) expect(request.startsWith(server.url)).toBe(true)
  })
})
