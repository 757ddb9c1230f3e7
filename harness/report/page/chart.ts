import type uPlot from 'uplot'
import type { Report } from '../../../model/report.ts'
import { colour } from './colours.ts'

/** Charts above each other share their left edge, so that times stand below each other. */
const axisWidth = 58
export const font = '12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif'

/** The figure of a chart, when the page has it. */
export function figureOf(id: string): { figure: HTMLElement; plot: HTMLElement } | undefined {
  const figure = document.getElementById(id)
  const plot = figure?.querySelector<HTMLElement>('.plot')
  return figure && plot ? { figure, plot } : undefined
}

/** A time that all charts over time show, seconds since the measured load began. */
export interface Span {
  /** Before 0 where there was a warm-up. */
  readonly fromAt: number
  readonly endAt: number
}

/** From the begin of the warm-up to the end of the last stretch of any chart. */
export function spanOf({ series, grids, warmupMs }: Report): Span {
  const all = [grids.acceptedTps, grids.memoryMiB, grids.cpuPercent]
  const ends = all.map(grid => (grid === null ? 0 : (grid.rows[0]?.length ?? 0) * grid.bucketMs))
  const lengthMs = Math.max((series?.intendedTps.length ?? 0) * (series?.bucketMs ?? 0), ...ends)
  return { fromAt: -warmupMs / 1000, endAt: (lengthMs - warmupMs) / 1000 }
}

/** All of the time, or what somebody dragged over; a double click brings all of it back. */
export function timeScale(times: readonly number[], { fromAt, endAt }: Span): uPlot.Scale {
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  return { time: false, range: (_, min, max) => (min <= first && max >= last ? [fromAt, endAt] : [min, max]) }
}

/** Of a logarithmic axis the lines at these digits times a power of ten: all nine would be a grey surface. */
export function onlyRound(digits: readonly number[]): uPlot.Axis.Filter {
  const isRound = (value: number) => {
    const power = 10 ** Math.floor(Math.log10(value) + 1e-9)
    return digits.includes(Math.round(value / power))
  }
  return (_, splits) => splits.map(value => (isRound(value) ? value : null))
}

/** What all charts have in common. */
export function baseOptions(plot: HTMLElement, height: number): uPlot.Options {
  return {
    width: plot.clientWidth,
    height,
    legend: { show: false },
    padding: [8, 22, 0, 0],
    cursor: { points: { size: 6 }, drag: { x: true, y: false } },
    series: [{}],
    scales: { x: { time: false } },
    axes: [
      axis({ space: 70, size: 28, values: (_, ticks) => ticks.map(seconds) }),
      axis({ size: axisWidth }),
    ],
  }
}

export function axis(options: uPlot.Axis): uPlot.Axis {
  const { filter } = options
  const hair = { stroke: colour('hair'), width: 1, ...(filter === undefined ? {} : { filter }) }
  return { stroke: colour('soft'), font, grid: hair, ticks: { ...hair, size: 4 }, ...options }
}

/** `90 s` as `90`, above ten minutes in minutes, above three hours in hours. */
export function seconds(value: number): string {
  if (Math.abs(value) >= 10_800) return `${trim(value / 3600)} h`
  if (Math.abs(value) >= 600) return `${trim(value / 60)} min`
  return `${trim(value)} s`
}

/** Milliseconds in the unit that keeps them short. */
export function time(ms: number): string {
  if (ms >= 1000) return `${trim(ms / 1000)} s`
  return `${trim(ms)} ms`
}

/** Three digits at most, without noughts at the end. */
export function trim(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}

export interface KeyEntry {
  readonly name: string
  readonly colour: string
  readonly isShade?: boolean
  readonly isFaint?: boolean
}

/** The key below a chart, whose figures follow the cursor. @returns the element of each entry's figure */
export function drawKey(figure: HTMLElement, entries: readonly KeyEntry[]): HTMLElement[] {
  figure.querySelector('.key')?.remove()
  const key = document.createElement('div')
  key.className = 'key'
  const values = entries.map(entry => {
    const item = document.createElement('span')
    const line = document.createElement('i')
    if (entry.isShade) {
      line.className = 'shade'
      line.style.background = entry.colour
    } else {
      line.style.borderColor = entry.colour
      if (entry.isFaint) line.style.borderTopStyle = 'dashed'
    }
    const value = document.createElement('b')
    item.append(line, `${entry.name} `, value)
    key.append(item)
    return value
  })
  figure.append(key)
  return values
}
