import uPlot from 'uplot'
import type { Grid, Report } from '../../../model/report.ts'
import { axis, baseOptions, drawKey, figureOf, type Span, seconds, spanOf, timeScale, trim } from './chart.ts'
import { colour } from './colours.ts'

/** From little to much, in red, green and blue: one hue that gets stronger against the paper. */
const ramps = {
  light: [
    [236, 238, 236],
    [160, 196, 208],
    [74, 134, 176],
    [31, 72, 128],
    [18, 28, 66],
  ],
  dark: [
    [38, 44, 50],
    [36, 78, 110],
    [52, 128, 160],
    [120, 188, 190],
    [232, 240, 214],
  ],
} as const

/** The nodes' heat maps. */
export function drawGrids(report: Report): uPlot[] {
  const { grids, nodes } = report
  const frame = { names: nodes.map(({ name }) => name), span: spanOf(report) }
  return [
    drawGrid('grid-accepted', grids.acceptedTps, 'TPS', frame),
    drawGrid('grid-memory', grids.memoryMiB, 'MiB', frame),
    drawGrid('grid-cpu', grids.cpuPercent, '%', frame),
  ].flatMap(chart => chart ?? [])
}

function drawGrid(
  id: string,
  grid: Grid | null,
  unit: string,
  { names, span }: { readonly names: readonly string[]; readonly span: Span },
): uPlot | undefined {
  const found = figureOf(id)
  const columns = grid?.rows[0]?.length ?? 0
  if (!found || grid === null || columns === 0) return undefined
  const { rows, bucketMs } = grid
  const image = paint(rows)
  const [reading] = keyOf(found.figure, image, unit)
  const height = 40 + Math.max(72, Math.min(300, rows.length * 9))
  const base = baseOptions(found.plot, height)
  const times = Array.from({ length: columns + 1 }, (_, index) => span.fromAt + (index * bucketMs) / 1000)
  return new uPlot(
    {
      ...base,
      cursor: { ...base.cursor, points: { show: false }, sync: { key: 'time', scales: ['x', null] } },
      scales: { x: timeScale(times, span), y: { range: [rows.length, 0] } },
      axes: [
        base.axes![0]!,
        axis({
          size: base.axes![1]!.size!,
          grid: { show: false },
          splits: () => [0.5, rows.length - 0.5],
          values: () => [names[0]!, names.at(-1)!],
        }),
      ],
      series: [{}, { show: true, paths: () => null, points: { show: false } }],
      hooks: {
        draw: [
          ({ ctx, bbox, valToPos }) => {
            const from = valToPos(span.fromAt, 'x', true)
            const to = valToPos(times.at(-1)!, 'x', true)
            ctx.save()
            ctx.beginPath()
            ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
            ctx.clip()
            ctx.imageSmoothingEnabled = false
            ctx.drawImage(image.canvas, from, bbox.top, to - from, bbox.height)
            ctx.restore()
          },
        ],
        setCursor: [
          chart => {
            const { left = -1, top = -1 } = chart.cursor
            const at = chart.posToVal(left, 'x')
            const row = Math.floor(chart.posToVal(top, 'y'))
            const value = rows[row]?.[Math.floor(((at - span.fromAt) * 1000) / bucketMs)]
            reading!.textContent =
              left < 0 || top < 0 || row < 0 || row >= rows.length
                ? ''
                : `${names[row]} at ${seconds(at)}: ${value == null ? 'no sample' : `${trim(value)} ${unit}`}`
          },
        ],
      },
    },
    [times, times.map(() => 0)],
    found.plot,
  )
}

interface Painted {
  readonly canvas: HTMLCanvasElement
  /** Largest figure that has a colour of its own, and the largest of all. */
  readonly top: number
  readonly max: number
}

/** Cells above this share of all are drawn as strong as the cell at it: one burst must not make the rest pale. */
const brightest = 0.995

/** A pixel a cell; the browser stretches it. */
function paint(rows: Grid['rows']): Painted {
  const canvas = document.createElement('canvas')
  canvas.width = rows[0]!.length
  canvas.height = rows.length
  const figures = Float64Array.from(rows.flat().filter(value => value !== null)).sort()
  const max = figures.at(-1) ?? 0
  const top = figures[Math.floor(brightest * (figures.length - 1))] || max
  const context = canvas.getContext('2d')!
  const pixels = context.createImageData(canvas.width, canvas.height)
  for (const [y, row] of rows.entries()) {
    for (const [x, value] of row.entries()) {
      if (value === null) continue
      const [red, green, blue] = shade(top === 0 ? 0 : value / top)
      pixels.data.set([red, green, blue, 255], 4 * (y * canvas.width + x))
    }
  }
  context.putImageData(pixels, 0, 0)
  return { canvas, top, max }
}

function shade(share: number): [number, number, number] {
  const ramp = matchMedia('(prefers-color-scheme: dark)').matches ? ramps.dark : ramps.light
  const place = Math.min(0.9999, Math.max(0, share)) * (ramp.length - 1)
  const [from, to] = [ramp[Math.floor(place)]!, ramp[Math.floor(place) + 1]!]
  const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + (to[channel] - from[channel]) * (place % 1))
  return [mix(0), mix(1), mix(2)]
}

function keyOf(figure: HTMLElement, { top, max }: Painted, unit: string): HTMLElement[] {
  const values = drawKey(figure, [{ name: '', colour: colour('paper') }])
  const line = figure.querySelector<HTMLElement>('.key i')!
  line.className = 'ramp'
  const stops = [0, 0.25, 0.5, 0.75, 1].map(share => `rgb(${shade(share).join(' ')})`)
  line.style.background = `linear-gradient(90deg, ${stops.join(', ')})`
  line.after(`0 to ${trim(top)} ${unit}${max > top ? `, at most ${trim(max)}` : ''} `)
  return values
}
