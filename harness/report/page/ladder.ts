import uPlot from 'uplot'
import type { Rung } from '../../../model/ladder.ts'
import type { Report } from '../../../model/report.ts'
import { axis, baseOptions, drawKey, figureOf, onlyRound, trim } from './chart.ts'
import { colour } from './colours.ts'

/** A colour an attack; after that they begin again, dashed. */
const colours = ['blue', 'amber', 'plum', 'pass', 'fail', 'ink']

/** Finality relative to no Byzantine node, by their share: a line an attack. */
export function drawLadder({ ladder }: Report): uPlot[] {
  if (ladder === null) return []
  return [
    draw('chart-ladder-p50', ladder.rungs, rung => rung.p50Ratio),
    draw('chart-ladder-p95', ladder.rungs, rung => rung.p95Ratio),
  ].flatMap(chart => chart ?? [])
}

function draw(id: string, rungs: readonly Rung[], ratioOf: (rung: Rung) => number | null): uPlot | undefined {
  const found = figureOf(id)
  if (!found || rungs.length === 0) return undefined
  const shares = [...new Set(rungs.map(({ fraction }) => fraction * 100))].sort((a, b) => a - b)
  const attacks = [...new Set(rungs.map(({ attack }) => attack))]
  const lines = attacks.map((attack, index) => ({
    name: attack,
    colour: colour(colours[index % colours.length]!),
    isFaint: index >= colours.length,
    ratios: shares.map(share => {
      const rung = rungs.find(each => each.attack === attack && each.fraction * 100 === share)
      return rung ? ratioOf(rung) : null
    }),
  }))
  const values = drawKey(found.figure, lines)
  const base = baseOptions(found.plot, 240)
  return new uPlot(
    {
      ...base,
      scales: {
        x: { time: false, range: [0, Math.max(...shares) * 1.03 || 1] },
        y: {
          distr: 3,
          range: (_, min, max) => [roundBelow(Math.min(0.5, min)), 1 / roundBelow(1 / Math.max(2, max))],
        },
      },
      axes: [
        axis({ size: 28, splits: () => shares, values: (_, ticks) => labels(ticks, found.plot.clientWidth) }),
        axis({
          size: base.axes![1]!.size!,
          filter: onlyRound([1, 2, 5]),
          values: (_, ticks) => ticks.map(tick => (tick === null ? '' : `${trim(tick)}×`)),
        }),
      ],
      series: [
        {},
        ...lines.map(line => ({
          stroke: line.colour,
          width: 1.75,
          ...(line.isFaint ? { dash: [4, 3] } : {}),
          points: { show: true, size: 6, fill: line.colour },
        })),
      ],
      hooks: {
        setCursor: [
          ({ cursor: { idx } }) => {
            for (const [index, { ratios }] of lines.entries()) {
              const ratio = idx == null ? null : ratios[idx]
              values[index]!.textContent = ratio == null ? '' : `${trim(ratio)}×`
            }
          },
        ],
      },
    },
    [shares, ...lines.map(({ ratios }) => ratios)] as uPlot.AlignedData,
    found.plot,
  )
}

/** Room that a label of a share takes, pixels. */
const labelWidth = 44

/** The shares, but for those that would lie on the one after them. */
function labels(ticks: readonly number[], width: number): string[] {
  const span = (ticks.at(-1) ?? 0) - (ticks[0] ?? 0) || 1
  return ticks.map((tick, index) => {
    const next = ticks[index + 1]
    const isTight = next !== undefined && ((next - tick) / span) * width < labelWidth
    return isTight ? '' : `${Math.round(tick)} %`
  })
}

/** The next 1, 2 or 5 times a power of ten that is not above it. */
function roundBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9)
  const digit = [5, 2, 1].find(each => each * power <= value * (1 + 1e-9)) ?? 1
  return digit * power
}
