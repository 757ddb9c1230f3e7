import type { NoiseEvent } from '../../model/event.ts'
import { othersOf } from '../../model/noise.ts'

/** A time of a run, as its history has times. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Shares of all cores that a run did not get. */
export interface Taken {
  /** By other programs of the machine. */
  readonly others: number
  /** By other virtual machines. */
  readonly steal: number
}

/** What was taken from a run over time; numbers only, so that weeks of seconds fit. */
export class NoiseTrack {
  /** Ends of the samples, ascending. */
  readonly #at: number[] = []
  readonly #forMs: number[] = []
  /** CPU seconds. */
  readonly #others: number[] = []
  readonly #steal: number[] = []
  readonly #capacity: number[] = []
  readonly #throttled: number[] = []

  add(event: NoiseEvent): void {
    this.#at.push(event.at)
    this.#forMs.push(event.forMs)
    this.#others.push(othersOf(event))
    this.#steal.push(event.steal)
    this.#capacity.push((event.cores * event.forMs) / 1000)
    this.#throttled.push(event.throttled)
  }

  /** Means over the samples of a time; undefined when there is none. */
  over(span: Span): Taken | undefined {
    let [others, steal, capacity] = [0, 0, 0]
    for (const index of this.#samplesIn(span)) {
      others += this.#others[index]!
      steal += this.#steal[index]!
      capacity += this.#capacity[index]!
    }
    if (capacity === 0) return undefined
    return { others: shareOf(others, capacity), steal: shareOf(steal, capacity) }
  }

  /** The largest share that others took in one sample; undefined when there is none. */
  worst(span: Span): number | undefined {
    let worst: number | undefined
    for (const index of this.#samplesIn(span))
      worst = Math.max(worst ?? 0, shareOf(this.#others[index]!, this.#capacity[index]!))
    return worst
  }

  /** CPU seconds that a quota around the run held back. */
  throttledSeconds(span: Span): number {
    let sum = 0
    for (const index of this.#samplesIn(span)) sum += this.#throttled[index]!
    return sum
  }

  /** A sample is of a time when its middle is. */
  *#samplesIn({ from, to }: Span): Generator<number> {
    for (let index = this.#firstEndingAfter(from); index < this.#at.length; index++) {
      const middle = this.#at[index]! - this.#forMs[index]! / 2
      if (middle >= to) return
      if (middle >= from) yield index
    }
  }

  #firstEndingAfter(time: number): number {
    let [low, high] = [0, this.#at.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#at[middle]! <= time) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Counters out of step can make it slightly negative, or more than all. */
function shareOf(seconds: number, capacity: number): number {
  return Math.min(1, Math.max(0, seconds / capacity))
}
