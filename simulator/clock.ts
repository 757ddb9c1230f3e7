import type { Time } from '../model/ports/time.ts'
import type { Clock } from '../nodes/host/ports.ts'
import { EventQueue } from './event-queue.ts'

/** What nodes take for the time at the start, milliseconds since the epoch. */
const startMs = 1_700_000_000_000

/** Turns of the microtask queue: enough for the chains of a host, recovery and group commit, and for those of a driver. */
const turns = { each: 12, beforeJump: 100 } as const
/** A jump of time is longer than this. */
const shortMs = 1

/** Time that passes only when asked to: callbacks run in order of their due time, as fast as the machine can. */
export class VirtualClock implements Clock, Time {
  #nowMs = startMs
  readonly #queue = new EventQueue()

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

  /** Nothing is to happen any more. */
  get isIdle(): boolean {
    return this.#queue.peek() === undefined
  }

  after(ms: number, callback: () => void): () => void {
    const event = this.#queue.add(this.#nowMs + Math.max(0, ms), callback)
    return () => {
      event.callback = undefined
    }
  }

  /** Lets `ms` pass. Promises settle between callbacks, so that stores on microtasks keep up. */
  async advance(ms: number): Promise<void> {
    const until = this.#nowMs + ms
    await this.#run(until, () => false)
    this.#nowMs = until
  }

  /**
   * Lets time pass until something is so, looking after every callback.
   * @returns whether it came to be so within `ms`
   */
  async advanceUntil(isSo: () => boolean, ms: number): Promise<boolean> {
    const until = this.#nowMs + ms
    await this.#run(until, isSo)
    if (isSo()) return true
    this.#nowMs = until
    return false
  }

  async #run(untilMs: number, isOver: () => boolean): Promise<void> {
    for (;;) {
      await settle(turns.each)
      if (isOver()) return
      let next = this.#queue.peek()
      if (!next || next.atMs > this.#nowMs + shortMs) {
        // A chain of promises that is not through yet would see its time jump.
        await settle(turns.beforeJump)
        if (isOver()) return
        next = this.#queue.peek()
      }
      if (!next || next.atMs > untilMs) return
      this.#queue.take()
      this.#nowMs = next.atMs
      next.callback!()
    }
  }
}

async function settle(turns: number): Promise<void> {
  for (let i = 0; i < turns; i += 1) await Promise.resolve()
}
