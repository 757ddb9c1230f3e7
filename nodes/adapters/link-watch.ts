/** A look that comes later than this after its time says nothing: this process got no CPU, so it may not have read the answer. */
const lateMs = 1000
/** Until the next look after one that was late. */
const againMs = 2000

/** What a watch needs of a link, see peer-link.ts. */
interface Watched {
  /** When to look at it next; undefined as long as no answer is due. */
  readonly dueMs: number | undefined
  watch(): void
}

/**
 * Looks at links when one of them waits too long for its peer. It sleeps as long as nobody owes an answer: hundreds of
 * idle processes that woke every other second took a tenth of a core.
 */
export class LinkWatch {
  readonly #links: () => Iterable<Watched>
  #timer: NodeJS.Timeout | undefined
  #look: NodeJS.Immediate | undefined
  #timerMs = 0
  #stopped = false

  /** @param links present ones, whenever it looks */
  constructor(links: () => Iterable<Watched>) {
    this.#links = links
  }

  /** Looks at this time at the latest, milliseconds of `performance.now()`. */
  wakeAt(dueMs: number): void {
    if (this.#stopped || this.#look || (this.#timer && this.#timerMs <= dueMs)) return
    clearTimeout(this.#timer)
    this.#timerMs = dueMs
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, dueMs - performance.now()))
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    clearImmediate(this.#look)
  }

  #wake(): void {
    this.#timer = undefined
    if (performance.now() - this.#timerMs >= lateMs) {
      this.wakeAt(performance.now() + againMs)
      return
    }
    // After what has already arrived was read: a process that was frozen until now has it in its sockets.
    this.#look = setImmediate(() => {
      this.#look = undefined
      for (const link of this.#links()) link.watch()
      this.#sleep()
    })
  }

  #sleep(): void {
    let nextMs = Number.POSITIVE_INFINITY
    for (const { dueMs } of this.#links()) if (dueMs !== undefined && dueMs < nextMs) nextMs = dueMs
    if (nextMs < Number.POSITIVE_INFINITY) this.wakeAt(nextMs)
  }
}
