/** Something that is to happen at a time. */
export interface QueuedEvent {
  readonly atMs: number
  /** Undefined once it was called off. */
  callback: (() => void) | undefined
}

/** Events by time; those of one time in the order in which they were added. A binary heap. */
export class EventQueue {
  readonly #heap: (QueuedEvent & { readonly turn: number })[] = []
  #turn = 0

  add(atMs: number, callback: () => void): QueuedEvent {
    const event = { atMs, turn: this.#turn, callback }
    this.#turn += 1
    this.#heap.push(event)
    this.#rise(this.#heap.length - 1)
    return event
  }

  /** The next event that was not called off, left in place. */
  peek(): QueuedEvent | undefined {
    while (this.#heap.length > 0 && this.#heap[0]!.callback === undefined) this.#removeFirst()
    return this.#heap[0]
  }

  take(): QueuedEvent | undefined {
    const first = this.peek()
    if (first) this.#removeFirst()
    return first
  }

  #removeFirst(): void {
    const last = this.#heap.pop()!
    if (this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink()
  }

  #rise(start: number): void {
    let at = start
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#isBefore(parent, at)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #sink(): void {
    let at = 0
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      let first = at
      if (left < this.#heap.length && this.#isBefore(left, first)) first = left
      if (right < this.#heap.length && this.#isBefore(right, first)) first = right
      if (first === at) return
      this.#swap(at, first)
      at = first
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one]!, this.#heap[other]!]
    return a.atMs === b.atMs ? a.turn < b.turn : a.atMs < b.atMs
  }

  #swap(one: number, other: number): void {
    const event = this.#heap[one]!
    this.#heap[one] = this.#heap[other]!
    this.#heap[other] = event
  }
}
