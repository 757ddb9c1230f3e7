import { createHash } from 'node:crypto'
import { behaviourNames, behaviourSchema } from '../../model/behaviour.ts'
import { type RandomStream, stream } from '../../model/random.ts'
import { censusParameters } from '../../nodes/consensus/parameters.ts'
import { transactionBytes } from '../../nodes/contract/transaction.ts'
import type { Assigned } from '../../nodes/host/conduct.ts'
import type { SubmittedTransaction } from '../../nodes/host/ports.ts'
import { submitted } from '../../simulator/crypto.ts'
import { HostNetwork } from '../../simulator/network.ts'

const owner = 1
const spender = 2
/** The longest that anything may take after everything has healed, milliseconds. */
const healedMs = 300_000

export interface ScheduleOptions {
  readonly nodesMin: number
  readonly nodesMax: number
  /** Events of one schedule. */
  readonly events: number
}

/** What went wrong in a schedule; nothing when it is empty. */
export type Faults = readonly string[]

/**
 * One schedule of everything that can happen to a network, drawn from a seed: collectors, order, latencies, loss, kills and restarts, cuts,
 * Byzantine nodes up to f, double-spends. In the end everything heals.
 */
export class RandomSchedule {
  readonly network: HostNetwork
  /** In words, for a failure. */
  readonly about: string
  readonly #random: RandomStream
  readonly #correct: readonly number[]
  readonly #events: number
  readonly #isAllCorrect: boolean
  /** Admitted transactions that conflict with no other, by id. */
  readonly #admitted = new Map<string, string>()
  readonly #pairs: (readonly [string, string])[] = []
  /** All that a node has ever said to be accepted, over all its lives. */
  readonly #accepted = new Map<number, Set<string>>()
  readonly #down = new Set<number>()
  #nonce = 0

  constructor(seed: string, { nodesMin, nodesMax, events }: ScheduleOptions) {
    const random = stream(seed, 'schedule')
    this.#random = random
    this.#events = events
    const n = nodesMin + random.integer(nodesMax - nodesMin + 1)
    const { f } = censusParameters(n)
    const nodes = Array.from({ length: n }, (_, node) => node)
    const byzantine = random.shuffled(nodes).slice(0, random.integer(f + 1))
    this.#correct = nodes.filter(node => !byzantine.includes(node))
    this.#isAllCorrect = byzantine.length === 0
    const isTogether = random.next() < 0.5
    const together = behaviourNames[random.integer(behaviourNames.length)]!
    const behaviours = new Map(
      byzantine.map(node => {
        const name = isTogether ? together : behaviourNames[random.integer(behaviourNames.length)]!
        const group = isTogether ? byzantine : [node]
        return [node, behaviourSchema.parse({ name, seed, group }) as Assigned] as const
      }),
    )
    const order = random.shuffled(nodes)
    const collectors = 1 + random.integer(n)
    this.network = new HostNetwork(
      n,
      { order, collectors, heartbeatIntervalMs: 5000 },
      { behaviours, evidence: { faultCensus: false } },
    )
    this.about = `n=${n} order=${order} collectors=${collectors} byzantine=${[...behaviours].map(([node, { name }]) => `${node}:${name}`)}`
  }

  async play(): Promise<Faults> {
    const { network } = this
    this.#disturbLinks()
    await network.start()
    for (let event = 0; event < this.#events; event += 1) {
      await this.#event()
      await network.clock.advance(this.#random.integer(this.#random.next() < 0.1 ? 20_000 : 400))
    }
    network.heal()
    network.link = () => 5
    for (const node of this.#down) await network.restart(node)
    const start = network.clock.nowMs()
    let faults: Faults = ['never judged']
    while (faults.length > 0 && network.clock.nowMs() - start < healedMs) {
      await network.clock.advance(2000)
      faults = await this.#late()
    }
    for (const node of this.#correct) await this.#read(node)
    return [...faults, ...this.#unsafe()]
  }

  async #event(): Promise<void> {
    const { network } = this
    const random = this.#random
    const draw = random.next()
    if (draw < 0.55) this.#submit(this.#any(), submitted(owner, this.#turn()), true)
    else if (draw < 0.65) {
      const nonce = this.#turn()
      const sides = ['one', 'other'].map(text => submitted(spender, nonce, text)) as [
        SubmittedTransaction,
        SubmittedTransaction,
      ]
      for (const side of sides) this.#submit(this.#any(), side, false)
      this.#pairs.push([idOf(sides[0]), idOf(sides[1])])
    } else if (draw < 0.75) await this.#kill()
    else if (draw < 0.85) await this.#restart()
    else if (draw < 0.91) this.#cut()
    else if (draw < 0.96) network.heal()
    else this.#disturbLinks()
  }

  #turn(): number {
    this.#nonce += 1
    return this.#nonce
  }

  #any(): number {
    return this.#correct[this.#random.integer(this.#correct.length)]!
  }

  #submit(node: number, transaction: SubmittedTransaction, isUnconflicted: boolean): void {
    if (this.#down.has(node)) return
    void this.network.places[node]!.node.submit([transaction]).then(admission => {
      if (admission === 'full' || admission.admitted === 0 || !isUnconflicted) return
      this.#admitted.set(idOf(transaction), `nonce ${transaction.nonce} at node ${node}`)
    })
  }

  async #kill(): Promise<void> {
    const node = this.#random.integer(this.network.places.length)
    if (this.#down.has(node)) return
    if (this.#correct.includes(node)) await this.#read(node)
    this.network.kill(node)
    this.#down.add(node)
  }

  async #restart(): Promise<void> {
    const [node] = this.#random.shuffled([...this.#down])
    if (node === undefined) return
    this.#down.delete(node)
    await this.network.restart(node)
  }

  #cut(): void {
    const sides = this.network.places.map(() => this.#random.integer(2))
    const isOneWay = this.#random.next() < 0.3
    this.network.beginCut((from, to) => (isOneWay ? sides[from]! < sides[to]! : sides[from] !== sides[to]))
  }

  #disturbLinks(): void {
    const random = this.#random
    const [longest, loss] = [
      1 + random.integer(random.next() < 0.2 ? 2000 : 50),
      random.next() < 0.5 ? 0 : random.next() * 0.2,
    ]
    this.network.link = () => (random.next() < loss ? undefined : 1 + random.integer(longest))
  }

  async #read(node: number): Promise<void> {
    const all = this.#accepted.get(node) ?? new Set()
    this.#accepted.set(node, all)
    for (const id of await this.network.accepted(node)) all.add(id)
  }

  /**
   * What is not everywhere yet. Sticky votes leave it open whether a double-spend is ever decided, and with a Byzantine vote it may be at
   * some nodes alone.
   */
  async #late(): Promise<Faults> {
    const contested = new Set(this.#isAllCorrect ? [] : this.#pairs.flat())
    const accepted = await Promise.all(this.#correct.map(node => this.network.accepted(node)))
    const sets = accepted.map(ids => new Set(ids.filter(id => !contested.has(id))))
    const missing = [...this.#admitted].flatMap(([id, told]) =>
      sets.some(set => !set.has(id)) ? [`not accepted everywhere: ${told}`] : [],
    )
    const everywhere = sets[0]!
    const differ = sets.some(set => set.size !== everywhere.size || [...set].some(id => !everywhere.has(id)))
    return differ ? [`accepted differently: ${sets.map(({ size }) => size)}`, ...missing] : missing
  }

  #unsafe(): Faults {
    const all = new Set([...this.#accepted.values()].flatMap(ids => [...ids]))
    const twice = this.#pairs.filter(pair => pair.every(id => all.has(id)))
    const lost = this.#correct.flatMap(node => {
      const now = this.network.places[node]!.node.digest().accepted
      const before = this.#accepted.get(node)?.size ?? 0
      return before > now ? [`node ${node} had accepted ${before} and has ${now}`] : []
    })
    const caught = this.#correct.flatMap(node => this.network.places[node]!.node.caught())
    return [
      ...(twice.length > 0 ? [`${twice.length} double-spends accepted on both sides`] : []),
      ...lost,
      ...caught.flatMap(({ node, offence, first }) =>
        this.#correct.includes(node) ? [`correct node ${node} caught: ${offence}: ${first}`] : [],
      ),
    ]
  }
}

function idOf(transaction: SubmittedTransaction): string {
  return createHash('sha256').update(transactionBytes(transaction).identity).digest('hex')
}
