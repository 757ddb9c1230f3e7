import type { Grid } from '../../model/report.ts'
import { Stretches } from './stretches.ts'

/** Cells of a grid: what a page draws at once and what report.json holds in some hundred kilobytes. */
const cellsMax = 60_000
const columns = { min: 60, max: 300 } as const

interface Cells {
  readonly sums: Float64Array<ArrayBuffer>
  readonly counts: Uint32Array<ArrayBuffer>
}

/** A figure of every node over time, summed or averaged in each cell. */
export class NodeGrid {
  readonly #nodeCount: number
  readonly #stretches: Stretches<Cells>

  /** @param widthMs of a stretch at first: not less than the time between two samples, or there are holes */
  constructor(nodeCount: number, widthMs: number) {
    this.#nodeCount = nodeCount
    const fitting = Math.floor(cellsMax / Math.max(1, nodeCount) / 2) * 2
    this.#stretches = new Stretches<Cells>({
      widthMs,
      max: Math.min(columns.max, Math.max(columns.min, fitting)),
      make: () => ({ sums: new Float64Array(nodeCount), counts: new Uint32Array(nodeCount) }),
      merge: (into, other) => {
        for (let node = 0; node < nodeCount; node++) {
          into.sums[node]! += other.sums[node]!
          into.counts[node]! += other.counts[node]!
        }
      },
    })
  }

  add(node: number, atMs: number, value: number): void {
    if (node >= this.#nodeCount) return
    const cells = this.#stretches.at(atMs)
    cells.sums[node]! += value
    cells.counts[node]!++
  }

  /** The mean of what was added to each cell. */
  means(): Grid | null {
    return this.#grid((sum, count) => (count === 0 ? null : round(sum / count)))
  }

  /** What was added to each cell, per second; nothing is 0. */
  rates(): Grid | null {
    const seconds = this.#stretches.widthMs / 1000
    return this.#grid(sum => round(sum / seconds))
  }

  #grid(cell: (sum: number, count: number) => number | null): Grid | null {
    const { items, widthMs } = this.#stretches
    if (items.length === 0) return null
    const rows = Array.from({ length: this.#nodeCount }, (_, node) =>
      items.map(({ sums, counts }) => cell(sums[node]!, counts[node]!)),
    )
    return { bucketMs: widthMs, rows }
  }
}

/** Three digits are what a colour can show. */
function round(value: number): number {
  return Number(value.toPrecision(3))
}
