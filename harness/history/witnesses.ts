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

  /** @param witness made only if it is shown */
  add(witness: () => T): void {
    this.count++
    if (this.first.length < shownMax) this.first.push(witness())
  }
}

/** The first few of several lists, with the ids of their transactions. */
export function named<T extends { readonly transaction: number }>(
  lists: readonly Witnesses<T>[],
  idOf: (index: number) => string,
) {
  const first = lists.flatMap(list => list.first).slice(0, shownMax)
  return first.map(witness => ({ ...witness, id: idOf(witness.transaction) }))
}
