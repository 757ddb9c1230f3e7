import uPlot from 'uplot'
import type { Report, ReportedFault, Series } from '../../../model/report.ts'
import {
  axis,
  baseOptions,
  drawKey,
  figureOf,
  onlyRound,
  type Span,
  seconds,
  spanOf,
  time,
  timeScale,
  trim,
} from './chart.ts'
import { colour, familyOf } from './colours.ts'
import { drawLost, drawShading, drawWarmup } from './shading.ts'

interface Line {
  readonly name: string
  readonly colour: string
  readonly values: readonly (number | null)[]
  /** A thinner line behind the others. */
  readonly isFaint?: boolean
}

/** The charts over the time of the run, with one cursor through all of them. */
export function drawOverTime(report: Report): uPlot[] {
  const { series, faults } = report
  if (series === null) return []
  const sync = uPlot.sync('time')
  const span = spanOf(report)
  const times = series.intendedTps.map((_, index) => span.fromAt + (index * series.bucketMs) / 1000)
  const onCursor = tellFaults(faults)
  const draw = (id: string, lines: readonly Line[], more: Partial<ChartOptions> = {}) =>
    drawLines(id, times, lines, {
      sync,
      faults,
      onCursor,
      span,
      height: 190,
      format: trim,
      ...more,
    })
  return [
    draw('chart-tps', [
      { name: 'intended', colour: colour('soft'), values: series.intendedTps, isFaint: true },
      { name: 'accepted', colour: colour('blue'), values: series.acceptedTps },
    ]),
    draw('chart-first', percentiles(series.finalityMs), { format: time, isLatency: true, lost: series.lost }),
    draw('chart-all', percentiles(series.finalityAllMs), {
      format: time,
      isLatency: true,
      lost: missing(series),
    }),
    draw('chart-lag', [{ name: 'event-loop delay', colour: colour('soft'), values: series.driverLagMs }], {
      height: 100,
      format: time,
    }),
    series.coresPercent === null ? [] : draw('chart-cores', cores(series.coresPercent), { height: 100 }),
  ].flatMap(chart => chart ?? [])
}

function cores({ own, others, steal }: NonNullable<Series['coresPercent']>): Line[] {
  return [
    { name: 'the run', colour: colour('blue'), values: own },
    { name: 'other programs', colour: colour('amber'), values: others },
    { name: 'other virtual machines', colour: colour('plum'), values: steal },
  ]
}

function percentiles({ p50, p95, p99 }: Series['finalityMs']): Line[] {
  return [
    { name: 'p50', colour: colour('blue'), values: p50 },
    { name: 'p95', colour: colour('amber'), values: p95 },
    { name: 'p99', colour: colour('plum'), values: p99 },
  ]
}

/** Where something was sent and the 99th percentile is no figure, it never got everywhere. */
function missing({ intendedTps, finalityAllMs }: Series): number[] {
  return intendedTps.map((tps, index) => ((tps ?? 0) > 0 && finalityAllMs.p99[index] === null ? 1 : 0))
}

interface ChartOptions {
  readonly sync: uPlot.SyncPubSub
  readonly faults: readonly ReportedFault[]
  readonly onCursor: (at: number | undefined) => void
  readonly span: Span
  readonly height: number
  readonly format: (value: number) => string
  readonly isLatency?: boolean
  /** Per stretch: marked on the top edge where it is not 0. */
  readonly lost?: readonly number[]
}

function drawLines(
  id: string,
  times: readonly number[],
  lines: readonly Line[],
  options: ChartOptions,
): uPlot | undefined {
  const found = figureOf(id)
  if (!found) return undefined
  const { faults, sync, format, span } = options
  const families = [...new Set(faults.map(({ kind }) => familyOf(kind)))]
  const shades = [
    ...(span.fromAt < 0 ? [{ name: 'warm-up', colour: colour('warmup'), isShade: true }] : []),
    ...families.map(name => ({ name: `${name} fault`, colour: colour(name), isShade: true })),
  ]
  const values = drawKey(found.figure, [...lines, ...(id === 'chart-tps' ? shades : [])])
  const base = baseOptions(found.plot, options.height)
  const isLog = options.isLatency === true && spread(lines) > 30
  return new uPlot(
    {
      ...base,
      cursor: { ...base.cursor, sync: { key: sync.key } },
      scales: {
        x: timeScale(times, span),
        y: isLog ? { distr: 3 } : { range: (_, __, max) => [0, (max || 1) * 1.08] },
      },
      axes: [
        base.axes![0]!,
        axis({
          size: base.axes![1]!.size!,
          ...(isLog ? { filter: onlyRound([1]) } : {}),
          values: (_, ticks) => ticks.map(tick => (tick === null ? '' : format(tick))),
        }),
      ],
      series: [
        {},
        ...lines.map(line => ({
          label: line.name,
          stroke: line.colour,
          width: line.isFaint ? 1 : 1.75,
          ...(line.isFaint ? { dash: [4, 3] } : {}),
          points: { show: times.length < 40 },
        })),
      ],
      hooks: {
        drawClear: [
          chart => drawWarmup(chart, span.fromAt),
          chart => drawShading(chart, faults, id === 'chart-tps'),
        ],
        draw: options.lost ? [chart => drawLost(chart, times, options.lost!)] : [],
        setCursor: [
          chart => {
            const index = chart.cursor.idx
            for (const [line, { values: figures }] of lines.entries()) {
              const value = index == null ? undefined : figures[index]
              values[line]!.textContent = value == null ? '' : format(value)
            }
            options.onCursor(index == null ? undefined : times[index])
          },
        ],
      },
    },
    [[...times], ...lines.map(line => [...line.values])] as uPlot.AlignedData,
    found.plot,
  )
}

/** How many times the largest figure is the smallest. */
function spread(lines: readonly Line[]): number {
  const figures = lines.flatMap(({ values }) =>
    values.filter(value => value !== null && value > 0),
  ) as number[]
  return figures.length === 0 ? 1 : Math.max(...figures) / Math.min(...figures)
}

/** Says which faults are in force under the cursor. */
function tellFaults(faults: readonly ReportedFault[]): (at: number | undefined) => void {
  const line = document.getElementById('now')
  return at => {
    if (line === null) return
    if (at === undefined) {
      line.textContent = '\u00a0'
      return
    }
    const active = faults.filter(
      ({ injectMs, effectMs, healMs }) =>
        (effectMs ?? injectMs ?? Number.POSITIVE_INFINITY) <= at * 1000 &&
        at * 1000 < (healMs ?? Number.POSITIVE_INFINITY),
    )
    const told = active.slice(0, 4).map(({ id, text }) => `${id} (${text})`)
    const rest = active.length > told.length ? ` and ${active.length - told.length} more` : ''
    if (at < 0) {
      line.textContent = `at ${seconds(at)}: warm-up, left out of throughput and finality`
      return
    }
    line.textContent = `at ${seconds(at)}: ${told.length === 0 ? 'no fault in force' : `${told.join(', ')}${rest}`}`
  }
}
