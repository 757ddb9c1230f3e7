import type { Vertex, VertexId, Vote } from '../consensus/types.ts'
import type { Clock } from './ports.ts'

/** A push waits at most this many times its usual interval, however slow the machine is. */
const stretchLimit = 8

/** What one push says; a part that is empty is left out, so that equal pushes are equal bytes. */
export interface Push {
  readonly votes: readonly Vote[]
  readonly wants?: readonly VertexId[]
}

/**
 * Votes and requests for votes on their way to everybody, collected for one push per interval. Intervals end at
 * multiples of their length on the clock, and a push holds what was issued in the first three quarters of one: so
 * nodes that saw the same vertices say the same in the same push, and relays can join it. The interval doubles when
 * this process' own timers are late: on a machine short of CPU fewer and larger pushes are the cure.
 */
export class OutgoingVotes {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #send: (push: Push) => void
  readonly #votes = new Map<VertexId, { vote: Vote; issuedMs: number }>()
  #wants = new Set<VertexId>()
  #cancel: (() => void) | undefined
  #lagMs = 0

  constructor(options: { clock: Clock; intervalMs: number }, send: (push: Push) => void) {
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

  /** Adds a vote; without its vertex it is a repeated one and goes with the next push. */
  vote(vote: Vote, vertex?: Pick<Vertex, 'timestampMs'>): void {
    this.#votes.set(vote.vertex, { vote, issuedMs: vertex?.timestampMs ?? 0 })
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
      this.#push(due - intervalMs / 4)
      if (this.#votes.size > 0) this.#arm()
    })
  }

  #push(issuedBeforeMs: number): void {
    const votes: Vote[] = []
    for (const [id, { vote, issuedMs }] of this.#votes) {
      // A clock that runs ahead must not hold a vote back for more than one push.
      if (issuedMs >= issuedBeforeMs && issuedMs < issuedBeforeMs + this.#intervalMs) continue
      votes.push(vote)
      this.#votes.delete(id)
    }
    const wants = [...this.#wants].sort()
    this.#wants = new Set()
    if (votes.length + wants.length === 0) return
    votes.sort((a, b) => (a.vertex < b.vertex ? -1 : 1))
    this.#send(wants.length > 0 ? { votes, wants } : { votes })
  }
}
