import type { Break } from '../../model/shaper.ts'

/** Breaks that are kept: what undoes a fault each second is known well enough after so many. */
const most = 1000

/** Changes by somebody else and their restorations, in order. */
export class Breaks {
  readonly #now: () => number
  readonly #found: (Omit<Break, 'agoMs'> & { readonly at: number })[] = []

  /** @param now milliseconds, never backwards */
  constructor(now: () => number) {
    this.#now = now
  }

  get count(): number {
    return this.#found.length
  }

  add(name: string, holds: boolean, evidence: string): void {
    if (this.#found.length < most) this.#found.push({ name, holds, evidence, at: this.#now() })
  }

  since(index: number): Break[] {
    return this.#found
      .slice(index)
      .map(({ at, ...found }) => ({ ...found, agoMs: Math.round(this.#now() - at) }))
  }
}
