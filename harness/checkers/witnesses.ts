/** The first few of many violations: all are counted, but evidence must stay readable. */
export interface Witnesses<T> {
  readonly count: number
  readonly first: readonly T[]
}

/** Witnesses that are shown. */
export const shownMax = 20

export class WitnessList<T> implements Witnesses<T> {
  count = 0
  readonly first: T[] = []

  add(witness: T): void {
    this.count++
    if (this.first.length < shownMax) this.first.push(witness)
  }
}
