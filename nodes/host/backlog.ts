/** Undecided for longer than this a transaction takes no room any more: what it waits for is no queue. Milliseconds. */
const expiresMs = 30_000
/** Room at the start over all nodes together, and its bounds at one node. */
const startOfAll = 400
const bounds = { start: { min: 4, max: 256 }, least: 2, most: 4_096 } as const
/** What is left of the room when decisions take too long, at most once so often. */
const decrease = { factor: 0.7, everyMs: 1000 } as const

/**
 * The admitted transactions of this node's clients that are undecided, and how many there may be. As with TCP's congestion window
 * (RFC 5681) room grows with each decision that comes in time and shrinks when decisions are late: a network that is offered more than it
 * carries refuses the rest early, and decides what it has admitted within seconds.
 */
export class Backlog {
  readonly #targetMs: number
  /** By id, in the order of their admission. */
  readonly #admittedMs = new Map<string, number>()
  #limit: number
  #decreasedMs = Number.NEGATIVE_INFINITY

  /** @param targetMs decisions within this time are soon enough */
  constructor({ nodes, targetMs }: { readonly nodes: number; readonly targetMs: number }) {
    this.#targetMs = targetMs
    const { min, max } = bounds.start
    this.#limit = Math.min(max, Math.max(min, Math.ceil(startOfAll / nodes)))
  }

  /** How many more may be admitted now. */
  room(nowMs: number): number {
    for (const [id, admittedMs] of this.#admittedMs) {
      if (nowMs - admittedMs < expiresMs) break
      this.#admittedMs.delete(id)
    }
    return Math.max(0, Math.floor(this.#limit) - this.#admittedMs.size)
  }

  admitted(id: string, nowMs: number): void {
    this.#admittedMs.set(id, nowMs)
  }

  /** @returns how long ago it was admitted here, milliseconds; undefined when it was not, or long ago */
  decided(id: string, nowMs: number): number | undefined {
    const admittedMs = this.#admittedMs.get(id)
    if (admittedMs === undefined) return undefined
    this.#admittedMs.delete(id)
    const tookMs = nowMs - admittedMs
    if (tookMs <= this.#targetMs) this.#limit = Math.min(bounds.most, this.#limit + 1)
    else if (nowMs - this.#decreasedMs >= decrease.everyMs) {
      this.#decreasedMs = nowMs
      this.#limit = Math.max(bounds.least, this.#limit * decrease.factor)
    }
    return tookMs
  }
}
