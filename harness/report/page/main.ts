/** The program of a report page: draws the charts of the report that the page carries. */
import type { Report } from '../../../model/report.ts'
import { drawDistribution } from './distribution.ts'
import { drawGrids } from './grid.ts'
import { drawLadder } from './ladder.ts'
import { drawOverTime } from './over-time.ts'

const element = document.getElementById('report')
if (element !== null) draw(JSON.parse(element.textContent ?? '') as Report)

function draw(report: Report): void {
  let charts: { destroy(): void }[] = []
  const redraw = () => {
    for (const chart of charts) chart.destroy()
    charts = [
      ...drawOverTime(report),
      ...drawDistribution(report),
      ...drawGrids(report),
      ...drawLadder(report),
    ]
    // Tests and people who automate a browser wait for it.
    document.documentElement.dataset.charts = String(charts.length)
  }
  redraw()
  // Canvases do not follow colours and widths by themselves.
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw)
  let width = document.body.clientWidth
  new ResizeObserver(() => {
    if (document.body.clientWidth === width) return
    width = document.body.clientWidth
    redraw()
  }).observe(document.body)
}
