import type { VertexId, Vote } from '../consensus/types.ts'
import type { Clock } from './ports.ts'

/** A push waits at most this many times its usual interval, however slow the machine is. */
const stretchLimit = 8

/**
 * Votes and requests for votes on their way to everybody, collected for one push per interval. Intervals end at
 * multiples of their length on the clock, so that nodes which saw the same vertices say the same in the same push, and
 * relays can join it. The interval doubles when this process' own timers are late: on a machine short of CPU fewer and
 * larger pushes are the cure.
 */
export class OutgoingVotes {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #send: (votes: readonly Vote[], wants: readonly VertexId[]) => void
  #votes: Vote[] = []
  #wants = new Set<VertexId>()
  #cancel: (() => void) | undefined
  #lagMs = 0

  constructor(
    options: { clock: Clock; intervalMs: number },
    send: (votes: readonly Vote[], wants: readonly VertexId[]) => void,
  ) {
    this.#clock = options.clock
    this.#intervalMs = options.intervalMs
    this.#send = send
  }

  /** The interval as it is now, milliseconds. */
  get intervalMs(): number {
    let stretch = 1
    while (stretch < stretchLimit && 4 * this.#lagMs > stretch * this.#intervalMs) stretch *= 2
    return stretch * this.#intervalMs
  }

  vote(vote: Vote): void {
    this.#votes.push(vote)
    this.#arm()
  }

  want(ids: readonly VertexId[]): void {
    for (const id of ids) this.#wants.add(id)
    this.#arm()
  }

  stop(): void {
    this.#cancel?.()
  }

  #arm(): void {
    if (this.#cancel) return
    const { intervalMs } = this
    const nowMs = this.#clock.nowMs()
    const due = (Math.floor(nowMs / intervalMs) + 1) * intervalMs
    this.#cancel = this.#clock.after(due - nowMs, () => {
      this.#cancel = undefined
      const late = Math.max(0, this.#clock.nowMs() - due)
      this.#lagMs += (late - this.#lagMs) / 8
      const votes = this.#votes.sort((a, b) => (a.vertex < b.vertex ? -1 : 1))
      const wants = [...this.#wants]
      this.#votes = []
      this.#wants = new Set()
      this.#send(votes, wants)
    })
  }
}
