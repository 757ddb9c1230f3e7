import type { Clock } from '../host/ports.ts'

/**
 * Work that can wait: one piece at a time, and after each a rest of several times as long as it took. On an idle machine that
 * is hardly a delay; on one short of CPU, where each takes long, it leaves the CPU to what cannot wait.
 */
export class SlowLane {
  readonly #clock: Clock
  readonly #rests: number
  #last: Promise<void> = Promise.resolve()

  /** @param rests how many times as long as a piece of work took the rest after it is */
  constructor(clock: Clock, rests: number) {
    this.#clock = clock
    this.#rests = rests
  }

  /** Resolves when the work is done; what it throws is the caller's. */
  async run(work: () => Promise<void>): Promise<void> {
    const before = this.#last
    let end = () => {}
    this.#last = new Promise(resolve => {
      end = resolve
    })
    await before
    const beganMs = this.#clock.nowMs()
    try {
      await work()
    } finally {
      this.#clock.after(this.#rests * (this.#clock.nowMs() - beganMs), end)
    }
  }
}
