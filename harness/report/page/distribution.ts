import uPlot from 'uplot'
import type { Report } from '../../../model/report.ts'
import { axis, baseOptions, drawKey, figureOf, onlyRound, time, trim } from './chart.ts'
import { colour } from './colours.ts'

/** Room that three labels of a power of ten take, pixels. */
const labelsWidth = 170

/** The cumulative distribution of finality, on a logarithmic axis of time. */
export function drawDistribution({ distribution }: Report): uPlot[] {
  const found = figureOf('chart-cdf')
  if (!found || distribution === null) return []
  const { finalityMs, finalityAllMs } = distribution
  const times = [...new Set([...finalityMs, ...finalityAllMs].map(([ms]) => ms))].sort((a, b) => a - b)
  if (times.length < 2) return []
  const lines = [
    { name: 'at the issuer', colour: colour('blue'), shares: sharesAt(times, finalityMs) },
    { name: 'everywhere', colour: colour('amber'), shares: sharesAt(times, finalityAllMs) },
  ]
  const values = drawKey(found.figure, lines)
  const base = baseOptions(found.plot, 240)
  const decades = Math.log10(times.at(-1)! / times[0]!) + 1
  const chart = new uPlot(
    {
      ...base,
      scales: { x: { time: false, distr: 3 }, y: { range: [0, 100] } },
      axes: [
        axis({
          space: 50,
          filter: onlyRound(found.plot.clientWidth / decades > labelsWidth ? [1, 2, 5] : [1]),
          values: (_, ticks) => ticks.map(tick => (tick === null ? '' : time(tick))),
          size: 28,
        }),
        axis({ size: base.axes![1]!.size!, values: (_, ticks) => ticks.map(tick => `${tick} %`) }),
      ],
      series: [{}, ...lines.map(line => ({ stroke: line.colour, width: 1.75, points: { show: false } }))],
      hooks: {
        setCursor: [
          ({ cursor: { idx } }) => {
            for (const [index, { shares }] of lines.entries()) {
              const share = idx == null ? null : shares[idx]
              values[index]!.textContent =
                share == null || idx == null ? '' : `${trim(share)} % within ${time(times[idx]!)}`
            }
          },
        ],
      },
    },
    [times, ...lines.map(({ shares }) => shares)] as uPlot.AlignedData,
    found.plot,
  )
  return [chart]
}

/** Percent accepted within each of `times`; nothing before the first point. */
function sharesAt(
  times: readonly number[],
  points: readonly (readonly [number, number])[],
): (number | null)[] {
  let next = 0
  return times.map(ms => {
    while (next < points.length && points[next]![0] <= ms) next++
    return next === 0 ? 0 : points[next - 1]![1] * 100
  })
}
