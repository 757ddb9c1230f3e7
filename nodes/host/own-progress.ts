/** Entries kept, and the least time between two, milliseconds: two minutes of what this node had accepted when. */
const limit = 256
const everyMs = 500

/** How far this node was when, which says how old it is what a peer tells of itself. */
export class OwnProgress {
  readonly #noted: { readonly atMs: number; readonly accepted: number }[] = []

  note(accepted: number, nowMs: number): void {
    const last = this.#noted.at(-1)
    if (last && (nowMs - last.atMs < everyMs || accepted === last.accepted)) return
    this.#noted.push({ atMs: nowMs, accepted })
    if (this.#noted.length > limit) this.#noted.shift()
  }

  /** For how long this node has been known to be further, milliseconds. */
  aheadOfMs(accepted: number, nowMs: number): number {
    const passed = this.#noted.find(each => each.accepted > accepted)
    return passed ? nowMs - passed.atMs : 0
  }
}
