import { build, type Histogram } from 'hdr-histogram-js'

/** Tenths of a millisecond: what percentiles of a verdict are rounded to. */
const unitsPerMs = 10

/**
 * Times to acceptance, with lost transactions as infinitely long ones. Figures are within 1 % (HdrHistogram with two
 * significant digits), so that a thousand of them take some megabytes.
 */
export class Latency {
  #histogram: Histogram | undefined
  #lost = 0

  get lost(): number {
    return this.#lost
  }

  add(ms: number): void {
    this.#histogram ??= build({ bitBucketSize: 32, numberOfSignificantValueDigits: 2, autoResize: true })
    this.#histogram.recordValue(Math.max(1, Math.round(ms * unitsPerMs)))
  }

  addLost(): void {
    this.#lost++
  }

  merge(other: Latency): void {
    this.#lost += other.#lost
    if (other.#histogram === undefined) return
    if (this.#histogram === undefined) this.#histogram = other.#histogram
    else this.#histogram.add(other.#histogram)
  }

  /** Nearest-rank percentile, milliseconds; null when it falls on a lost one, or of nothing. */
  percentile(percent: number): number | null {
    const known = this.#histogram?.totalCount ?? 0
    const rank = Math.max(1, Math.ceil((percent / 100) * (known + this.#lost)))
    if (this.#histogram === undefined || rank > known) return null
    return this.#histogram.getValueAtPercentile((100 * rank) / known) / unitsPerMs
  }

  /** [milliseconds, share accepted within them], ascending, `points` at most. */
  distribution(points: number): [number, number][] {
    const known = this.#histogram?.totalCount ?? 0
    const all = known + this.#lost
    const found: [number, number][] = []
    for (let step = 1; step <= points && this.#histogram !== undefined; step++) {
      // Dense near 100 %, where tails are read.
      const share = 1 - (1 - step / points) ** 2
      const ms = this.#histogram.getValueAtPercentile(100 * share) / unitsPerMs
      const [lastMs] = found.at(-1) ?? []
      if (ms === lastMs) found.pop()
      found.push([ms, Math.round(((share * known) / all) * 1e5) / 1e5])
    }
    return found
  }
}
