import type uPlot from 'uplot'
import type { ReportedFault } from '../../../model/report.ts'
import { font } from './chart.ts'
import { colour, familyOf } from './colours.ts'

/** Names stand side by side in lanes; more of them than this would cover the chart. */
const lanesMax = 4
/** A chart narrower than this has no room for them; the table of faults has them all. */
const namedWidthMin = 480

/** Paints the time of every fault behind the lines, with its name where there is room. */
export function drawShading(chart: uPlot, faults: readonly ReportedFault[], isNamed: boolean): void {
  const { ctx, bbox } = chart
  const ratio = devicePixelRatio
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.font = font.replace('12px', `${11 * ratio}px`)
  ctx.textBaseline = 'top'
  const laneEnds: number[] = []
  for (const { id, kind, injectMs, effectMs, healMs } of faults) {
    const beganMs = effectMs ?? injectMs
    if (beganMs === null) continue
    const from = chart.valToPos(beganMs / 1000, 'x', true)
    const to = healMs === null ? bbox.left + bbox.width : chart.valToPos(healMs / 1000, 'x', true)
    ctx.fillStyle = colour(familyOf(kind))
    ctx.fillRect(from, bbox.top, Math.max(ratio, to - from), bbox.height)
    if (!isNamed || bbox.width < namedWidthMin * ratio) continue
    const lane = laneEnds.findIndex(end => end < from)
    const row = lane === -1 ? laneEnds.length : lane
    if (row >= lanesMax) continue
    laneEnds[row] = from + ctx.measureText(id).width + 6 * ratio
    ctx.fillStyle = colour('soft')
    ctx.fillText(id, from + 3 * ratio, bbox.top + (2 + 13 * row) * ratio)
  }
  ctx.restore()
}

/** Paints the time before the measured load behind the lines. */
export function drawWarmup(chart: uPlot, fromAt: number): void {
  if (fromAt >= 0) return
  const { ctx, bbox } = chart
  const from = Math.max(bbox.left, chart.valToPos(fromAt, 'x', true))
  const to = Math.min(bbox.left + bbox.width, chart.valToPos(0, 'x', true))
  if (to <= from) return
  ctx.save()
  ctx.fillStyle = colour('warmup')
  ctx.fillRect(from, bbox.top, to - from, bbox.height)
  ctx.restore()
}

/** Marks on the top edge where transactions were lost: there is no height for an infinite latency. */
export function drawLost(chart: uPlot, times: readonly number[], lost: readonly number[]): void {
  const { ctx, bbox } = chart
  ctx.save()
  ctx.fillStyle = colour('fail')
  for (const [index, count] of lost.entries()) {
    if (count === 0) continue
    const from = chart.valToPos(times[index]!, 'x', true)
    const next = times[index + 1]
    const to = next === undefined ? from + 4 * devicePixelRatio : chart.valToPos(next, 'x', true)
    ctx.fillRect(from, bbox.top, Math.max(2, to - from), 4 * devicePixelRatio)
  }
  ctx.restore()
}
