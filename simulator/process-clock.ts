import type { Clock } from '../nodes/host/ports.ts'
import type { VirtualClock } from './clock.ts'

/** The clock of one process: its wall may be set wrong, and its timers end with it. */
export class ProcessClock implements Clock {
  /** Milliseconds that its wall clock is ahead of the machine's. */
  aheadMs = 0
  readonly #machine: VirtualClock
  readonly #run: (work: () => void) => void

  /** @param run runs what is due as soon as the process can, if it lives */
  constructor(machine: VirtualClock, run: (work: () => void) => void) {
    this.#machine = machine
    this.#run = run
  }

  nowMs(): number {
    return this.#machine.nowMs()
  }

  machineMs(): number {
    return this.#machine.machineMs()
  }

  wallMs(): number {
    return this.machineMs() + this.aheadMs
  }

  after(ms: number, callback: () => void): () => void {
    let isCancelled = false
    const cancel = this.#machine.after(ms, () =>
      this.#run(() => {
        if (!isCancelled) callback()
      }),
    )
    return () => {
      isCancelled = true
      cancel()
    }
  }
}
