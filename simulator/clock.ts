import type { Time } from '../model/ports/time.ts'
import type { Clock } from '../nodes/host/ports.ts'

/** What nodes take for the time at the start, milliseconds since the epoch. */
const startMs = 1_700_000_000_000

/** Time that passes only when told to: callbacks run in order of their due time, as fast as the machine can. */
export class VirtualClock implements Clock, Time {
  #nowMs = startMs
  #turn = 0
  readonly #due: { atMs: number; turn: number; callback: () => void }[] = []

  wallMs(): number {
    return this.nowMs()
  }

  machineMs(): number {
    return this.nowMs()
  }

  nowMs(): number {
    return this.#nowMs
  }

  /** Since the start: the times of a history. */
  now(): number {
    return Math.floor((this.#nowMs - startMs) * 10) / 10
  }

  after(ms: number, callback: () => void): () => void {
    const entry = { atMs: this.#nowMs + Math.max(0, ms), turn: this.#turn, callback }
    this.#turn += 1
    this.#due.push(entry)
    return () => {
      const at = this.#due.indexOf(entry)
      if (at >= 0) this.#due.splice(at, 1)
    }
  }

  /** Lets `ms` pass. Promises settle between callbacks, so that stores on microtasks keep up. */
  async advance(ms: number): Promise<void> {
    const until = this.#nowMs + ms
    for (;;) {
      await settleMicrotasks()
      let next = this.#due[0]
      for (const each of this.#due) {
        if (next && (each.atMs < next.atMs || (each.atMs === next.atMs && each.turn < next.turn))) next = each
      }
      if (!next || next.atMs > until) break
      this.#due.splice(this.#due.indexOf(next), 1)
      this.#nowMs = next.atMs
      next.callback()
    }
    this.#nowMs = until
  }
}

/** Long enough for the deepest chain of awaits of a host: recovery and group commit. */
async function settleMicrotasks(): Promise<void> {
  for (let i = 0; i < 12; i += 1) await Promise.resolve()
}
