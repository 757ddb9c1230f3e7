/** Bounds of the table: beyond it the oldest entry is given up; tips of peers bring it back. */
const entryLimit = 8_192

interface Entry<Value> {
  value: Value
  tries: number
  dueMs: number
  pauseMs: number
}

/**
 * Things to ask for again, each with its own doubling pause: missing vertices, missing votes.
 * It only says what is due; asking is the caller's.
 */
export class Repair<Value> {
  readonly #entries = new Map<string, Entry<Value>>()
  readonly #options: { firstMs: number; longestMs: number; tries: number }

  constructor(options: { firstMs: number; longestMs: number; tries: number }) {
    this.#options = options
  }

  get size(): number {
    return this.#entries.size
  }

  has(id: string): boolean {
    return this.#entries.has(id)
  }

  get(id: string): Value | undefined {
    return this.#entries.get(id)?.value
  }

  *entries(): Iterable<readonly [string, Value]> {
    for (const [id, { value }] of this.#entries) yield [id, value]
  }

  /** Starts to watch an id; the first time it is due is `inMs` from now, and pauses double from `pauseMs` on. */
  add(id: string, value: Value, nowMs: number, pauseMs = this.#options.firstMs, inMs = pauseMs): void {
    if (this.#entries.has(id)) return
    if (this.#entries.size >= entryLimit) this.#entries.delete(this.#entries.keys().next().value!)
    this.#entries.set(id, { value, tries: 0, dueMs: nowMs + inMs, pauseMs })
  }

  /** @returns how often it was due */
  delete(id: string): number {
    const tries = this.#entries.get(id)?.tries ?? 0
    this.#entries.delete(id)
    return tries
  }

  /** What to ask for now, at most `limit`; an id whose last try this is (`last`) is forgotten. */
  due(nowMs: number, limit: number): { id: string; value: Value; isRepeat: boolean; last: boolean }[] {
    const { longestMs, tries } = this.#options
    const due: { id: string; value: Value; isRepeat: boolean; last: boolean }[] = []
    if (limit <= 0) return due
    for (const [id, entry] of this.#entries) {
      if (entry.dueMs > nowMs) continue
      entry.tries += 1
      entry.pauseMs = Math.max(entry.pauseMs, Math.min(2 * entry.pauseMs, longestMs))
      entry.dueMs = nowMs + entry.pauseMs
      const last = entry.tries >= tries
      if (last) this.#entries.delete(id)
      due.push({ id, value: entry.value, isRepeat: entry.tries > 1, last })
      if (due.length >= limit) break
    }
    return due
  }
}
