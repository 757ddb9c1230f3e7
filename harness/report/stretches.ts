/**
 * A bounded row of equal stretches of time. When a time lies beyond the last one, stretches double in length and
 * neighbours are merged, so that a day takes as much room as a minute.
 */
export class Stretches<T> {
  #widthMs: number
  #items: T[] = []
  readonly #max: number
  readonly #make: () => T
  readonly #merge: (into: T, other: T) => void

  constructor(options: {
    widthMs: number
    /** Even. */
    max: number
    make: () => T
    merge: (into: T, other: T) => void
  }) {
    this.#widthMs = options.widthMs
    this.#max = options.max
    this.#make = options.make
    this.#merge = options.merge
  }

  get widthMs(): number {
    return this.#widthMs
  }

  get items(): readonly T[] {
    return this.#items
  }

  /** The stretch that holds this time since the origin; what is before it counts to the first. */
  at(ms: number): T {
    let index = Math.max(0, Math.floor(ms / this.#widthMs))
    while (index >= this.#max) {
      this.#halve()
      index = Math.floor(ms / this.#widthMs)
    }
    while (this.#items.length <= index) this.#items.push(this.#make())
    return this.#items[index]!
  }

  #halve(): void {
    this.#widthMs *= 2
    const halved: T[] = []
    for (let index = 0; index < this.#items.length; index += 2) {
      const item = this.#items[index]!
      const other = this.#items[index + 1]
      if (other !== undefined) this.#merge(item, other)
      halved.push(item)
    }
    this.#items = halved
  }
}
