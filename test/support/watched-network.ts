import type { Liar } from '../../chaos/sight/attest.ts'
import { behaviourSchema, readBehaviour } from '../../model/behaviour.ts'
import type { Witness } from '../../model/event.ts'
import { stream } from '../../model/random.ts'
import type { Assigned } from '../../nodes/host/conduct.ts'
import { submitted } from '../../simulator/crypto.ts'
import { HostNetwork } from '../../simulator/network.ts'

/** One turn of an issuer: rivals that come to the same one are resolved there. */
const issueIntervalMs = 20

export const mesh = { issueIntervalMs } as const
export const few = { issueIntervalMs, collectors: 4 } as const

/** Votes may be on their way for so long. */
const ageMs = 2000

/** The last nodes of a virtual network are to have a behaviour; correct nodes tell what they see of them. */
export class WatchedNetwork {
  readonly network: HostNetwork
  readonly liars: readonly Liar[]
  readonly correct: readonly number[]
  readonly n: number
  readonly #random: ReturnType<typeof stream>
  #nonce = 0
  #beganMs = 0

  constructor(
    behaviour: string,
    {
      n,
      byzantine,
      seed = 'seed',
      tuning = mesh,
      isOn = true,
    }: {
      n: number
      byzantine: number
      seed?: string
      tuning?: { issueIntervalMs?: number; collectors?: number }
      /** Otherwise they are correct, whatever they are said to be. */
      isOn?: boolean
    },
  ) {
    this.n = n
    const group = Array.from({ length: byzantine }, (_, i) => n - byzantine + i)
    const assigned = behaviourSchema.parse({ ...readBehaviour(behaviour), seed, group })
    this.liars = group.map(node => ({ node, behaviour: assigned }))
    this.correct = Array.from({ length: n - byzantine }, (_, node) => node)
    const behaviours = new Map(isOn ? group.map(node => [node, assigned as Assigned]) : [])
    this.network = new HostNetwork(n, tuning, { behaviours, evidence: { faultCensus: false } })
    this.#random = stream(seed, 'links')
  }

  /** Who hears of what first is chance, as on a real network. @param loss share of the frames that get lost */
  async start(loss = 0): Promise<void> {
    this.network.link = () => (this.#random.next() < loss ? undefined : 5 + this.#random.integer(20))
    await this.network.start()
    this.#beganMs = this.network.clock.nowMs()
  }

  /** A transaction every so often, and every third time both sides of a double-spend, for so many seconds; then a while for votes. */
  async load(seconds: number, { conflicts = true } = {}): Promise<void> {
    for (let i = 0; i < seconds * 10; i += 1) {
      this.#submit(i, '')
      if (conflicts && i % 3 === 0) {
        const nonce = this.#nonce
        this.#submit(i, 'one', nonce)
        await this.network.clock.advance(issueIntervalMs)
        this.#submit(i + 1, 'other', nonce)
      }
      await this.network.clock.advance(100 - issueIntervalMs)
    }
    await this.network.clock.advance(ageMs)
  }

  witnesses(): Witness[] {
    return this.correct.map(node => {
      const host = this.network.places[node]!.node
      return { node, seen: host.seen(ageMs)!, ...host.evidence()! } as Witness
    })
  }

  get window() {
    const byzantine = this.liars.map(({ node }) => node)
    return { nodes: this.n, byzantine, windowMs: this.network.clock.nowMs() - this.#beganMs }
  }

  #submit(turn: number, text: string, nonce = this.#nonce): void {
    const node = this.correct[turn % this.correct.length]!
    void this.network.places[node]!.node.submit([submitted(text === '' ? 1 : 2, nonce, text)])
    this.#nonce += 1
  }
}
