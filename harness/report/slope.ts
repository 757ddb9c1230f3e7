import type { Slope } from '../../model/report.ts'

const hourMs = 3_600_000

/** Least squares of a figure over time, one point after the other in constant room (Welford's updates). */
export class SlopeFit {
  #count = 0
  #meanX = 0
  #meanY = 0
  #xx = 0
  #xy = 0
  #yy = 0

  get count(): number {
    return this.#count
  }

  add(atMs: number, value: number): void {
    this.#count++
    const dx = atMs / hourMs - this.#meanX
    const dy = value - this.#meanY
    this.#meanX += dx / this.#count
    this.#meanY += dy / this.#count
    this.#xx += dx * (atMs / hourMs - this.#meanX)
    this.#xy += dx * (value - this.#meanY)
    this.#yy += dy * (value - this.#meanY)
  }

  /** Undefined of fewer than three points, or of points at one time: two always lie on a line. */
  fit(name: string, unit: string): Slope | undefined {
    if (this.#count < 3 || this.#xx === 0) return undefined
    const perHour = this.#xy / this.#xx
    const residue = Math.max(0, this.#yy - perHour * this.#xy)
    const errorPerHour = Math.sqrt(residue / (this.#count - 2) / this.#xx)
    return { name, unit, perHour: round(perHour), errorPerHour: round(errorPerHour), samples: this.#count }
  }
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}
