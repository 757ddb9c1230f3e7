import { LinkHolds, type LinkState } from '../chaos/link-holds.ts'
import type { Quality } from '../model/quality.ts'
import { type RandomStream, stream } from '../model/random.ts'
import type { HostNetwork } from './network.ts'

/** From one container to another on one machine. */
const latencyMs = 0.5
/** First time-out after which TCP sends a segment again; each further one is twice as long. */
const retransmitMs = 200
/** What was lost so often in a row does not arrive. */
const attemptsMax = 8

/**
 * How the links of a virtual network carry, with what faults do to them. Nodes talk over TCP: what is lost or corrupted comes
 * late, what is duplicated or overtaken comes once and in order.
 */
export class SimulatedLinks {
  readonly holds = new LinkHolds()
  readonly #network: HostNetwork
  readonly #random: RandomStream
  readonly #states = new Map<number, LinkState>()
  /** When the last frame of a link arrives: none overtakes another. */
  readonly #lastAt = new Map<number, number>()
  /** From when on a node whose bandwidth is limited can send again. */
  readonly #freeAt = new Map<number, number>()

  constructor(network: HostNetwork, seed: string) {
    this.#network = network
    this.#random = stream(seed, 'simulator/links')
    network.link = (from, to, bytes) => this.#delayOf(from, to, bytes)
  }

  /** Brings the network to what is held now. */
  apply(): void {
    this.#states.clear()
    this.#network.beginCut((from, to) => this.stateOf(from, to).isBlocked)
  }

  stateOf(from: number, to: number): LinkState {
    const key = this.#keyOf(from, to)
    const known = this.#states.get(key)
    if (known) return known
    const state = this.holds.stateOf({ from, to })
    this.#states.set(key, state)
    return state
  }

  /** Milliseconds until a frame arrives that is sent now; undefined: never. */
  #delayOf(from: number, to: number, bytes: number): number | undefined {
    const state = this.stateOf(from, to)
    const sentMs = this.#sendMs(from, bytes, state.quality)
    const lostMs = this.#lossMs(state)
    if (lostMs === undefined) return undefined
    const now = this.#network.clock.nowMs()
    const key = this.#keyOf(from, to)
    const delayMs = latencyMs + sentMs + lostMs + this.#impairedMs(state.quality)
    const at = Math.max(now + delayMs, this.#lastAt.get(key) ?? 0)
    this.#lastAt.set(key, at)
    return at - now
  }

  #keyOf(from: number, to: number): number {
    return from * this.#network.places.length + to
  }

  /** Until its last bit is sent. */
  #sendMs(from: number, bytes: number, { bitsPerSecond }: Quality): number {
    if (bitsPerSecond === null) return 0
    const now = this.#network.clock.nowMs()
    const freeAt = Math.max(now, this.#freeAt.get(from) ?? 0) + (bytes * 8000) / bitsPerSecond
    this.#freeAt.set(from, freeAt)
    return freeAt - now
  }

  /** How much later it arrives because it had to be sent again; undefined when it does not arrive at all. */
  #lossMs({ loss, quality }: LinkState): number | undefined {
    const share = loss + quality.corrupt - loss * quality.corrupt
    let ms = 0
    if (share === 0) return ms
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      if (this.#random.next() >= share) return ms
      ms += retransmitMs * 2 ** attempt
    }
    return undefined
  }

  #impairedMs({ delayMs, jitterMs, distribution }: Quality): number {
    if (jitterMs === 0) return delayMs
    return Math.max(0, delayMs + jitterMs * this.#deviation(distribution))
  }

  /** Of mean 0 and standard deviation 1; the shapes are those of netem(8). */
  #deviation(distribution: Quality['distribution']): number {
    switch (distribution) {
      case 'uniform':
        return Math.sqrt(3) * (2 * this.#random.next() - 1)
      case 'normal':
        return this.#normal()
      case 'pareto':
        return this.#pareto()
      case 'paretonormal':
        return 0.25 * this.#normal() + 0.75 * this.#pareto()
    }
  }

  #normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#random.next()))
    return radius * Math.cos(2 * Math.PI * this.#random.next())
  }

  /** Of shape 3: its mean is 3/2 and its variance 3/4. */
  #pareto(): number {
    return ((1 - this.#random.next()) ** (-1 / 3) - 1.5) / Math.sqrt(0.75)
  }
}
