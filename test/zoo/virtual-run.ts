import { createHash } from 'node:crypto'
import { judge } from '../../harness/checkers/index.ts'
import { type HistoryEvent, historySchema } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { RuleOptions } from '../../nodes/consensus/replica.ts'
import { transactionBytes } from '../../nodes/contract/transaction.ts'
import type { SubmittedTransaction } from '../../nodes/host/ports.ts'
import { submitted } from '../../simulator/crypto.ts'
import { HostNetwork } from '../../simulator/network.ts'
import { decisionLines } from '../../workload/decision-lines.ts'
import { planOf } from '../support/plan.ts'

const spender = 9
const issueIntervalMs = 20
/** Vertices younger than this may still be voted on. */
const votesUnderWayMs = 2000

interface RunOptions {
  readonly rule?: RuleOptions
  /** Left out, everybody is one. */
  readonly collectors?: number
  /** As in a scenario. */
  readonly byzantine?: readonly object[]
}

/**
 * A whole run in virtual time: real hosts, and the history that the driver would have written, judged by the harness' own checkers.
 * The caller is workload and nemesis.
 */
export class VirtualRun {
  readonly network: HostNetwork
  readonly #plan: Plan
  readonly #history: HistoryEvent[] = []
  readonly #workload: SubmittedTransaction[] = []
  readonly #indexOf = new Map<string, number>()
  readonly #next: number[]
  readonly #stops: AbortController[]
  readonly #restarted = new Set<number>()
  #sent = 0
  #cuts = 0

  private constructor(nodes: number, { rule, collectors = nodes, byzantine = [] }: RunOptions) {
    // Plays show defects with a handful of transactions: how soon these are final is no matter of theirs.
    const expect = { throughput: 'measured' }
    this.#plan = planOf(nodes, { scenario: { byzantine, expect } })
    const behaviours = this.#plan.nodes.flatMap(({ index, behaviour }) =>
      behaviour ? [[index, behaviour] as const] : [],
    )
    this.network = new HostNetwork(
      nodes,
      { issueIntervalMs, collectors, ...(rule ? { rule: () => rule } : {}) },
      {
        behaviours: new Map(behaviours),
        ...(this.#plan.byzantine ? { evidence: { faultCensus: false } } : {}),
      },
    )
    this.#next = this.#plan.nodes.map(() => 0)
    this.#stops = this.#plan.nodes.map(() => new AbortController())
  }

  /** All nodes are up and followed, and the load begins. */
  static async start(nodes: number, options: RunOptions = {}): Promise<VirtualRun> {
    const run = new VirtualRun(nodes, options)
    const machine = { cpus: 2, cpuModel: '-', memoryMiB: 1, kernel: '-', engine: 'virtual', node: '-' }
    const virtual = { schema: historySchema, run: 'virtual', version: '0', originWallMs: 0 } as const
    run.#record({ type: 'begin', at: run.#now, ...virtual, machine })
    await run.network.start()
    run.#plan.nodes.forEach(({ index }) => {
      run.#status(index)
      run.#follow(index)
    })
    run.#record({ type: 'stage', at: run.#now, stage: 'load', state: 'begin' })
    return run
  }

  /** Declares a transaction that conflicts with no other. @returns its index in the workload */
  transaction(): number {
    return this.#declare([submitted(1, this.#workload.length)])
  }

  /** Declares both sides of a double-spend. @returns the index of the first; the other one is the next */
  doubleSpend(): number {
    const nonce = this.#workload.length
    return this.#declare([submitted(spender, nonce, 'one'), submitted(spender, nonce, 'other')])
  }

  /** Sends what was declared to a node, and waits for its answer, which takes no time. */
  async submit(node: number, index: number): Promise<void> {
    const at = this.#now
    const answer = this.network.places[node]!.node.submit([this.#workload[index]!])
    let admission: Awaited<typeof answer> | undefined
    void answer.then(result => {
      admission = result
    })
    await this.network.clock.advance(0)
    this.#sent += 1
    const isFull = admission === 'full'
    const refused =
      admission === undefined || admission === 'full'
        ? []
        : admission.refused
            .filter(({ code }) => code !== 'duplicate')
            .map(({ code }) => ({ transaction: index, code }))
    this.#record({
      ...{ type: 'submission', at, node, transactions: [index], intendedAt: [at] },
      result: admission === undefined ? 'unknown' : isFull ? 'failed' : 'ok',
      ...(refused.length > 0 ? { refused } : {}),
    })
  }

  /** Somebody who is not the workload sends what its owner never signed. */
  async forge(node: number): Promise<void> {
    const forged = { ...submitted(3, 1_000_000), signature: Buffer.alloc(64, 7) }
    void this.network.places[node]!.node.submit([forged])
    await this.network.clock.advance(0)
  }

  /** Submits one transaction every 20 ms, each to the next node that is up. */
  async load(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      const up = this.network.places.flatMap((place, index) =>
        place.up && this.#isCorrect(index) ? index : [],
      )
      await this.submit(up[i % up.length]!, this.transaction())
      await this.network.clock.advance(20)
    }
  }

  advance(ms: number): Promise<void> {
    return this.network.clock.advance(ms)
  }

  /** Lets time pass until a node has so many milliseconds left of its turn to issue what clients send, where everybody is a collector. */
  async untilTurnOf(node: number, leftMs: number): Promise<void> {
    const turnsMs = this.network.places.length * issueIntervalMs
    const atMs = (node + 1) * issueIntervalMs - leftMs
    await this.advance((((atMs - this.#now) % turnsMs) + turnsMs) % turnsMs)
  }

  hasAccepted(node: number): boolean {
    return this.network.places[node]!.node.digest().accepted > 0
  }

  kill(node: number): void {
    this.#stops[node]!.abort()
    this.network.kill(node)
    this.#record({ type: 'container', at: this.#now, node, state: 'died', exitCode: 137, asked: true })
  }

  async restart(node: number): Promise<void> {
    await this.network.restart(node)
    this.#restarted.add(node)
    this.#stops[node] = new AbortController()
    this.#record({ type: 'container', at: this.#now, node, state: 'started', asked: true })
    this.#follow(node)
  }

  async cut(isLeft: (node: number) => boolean): Promise<void> {
    this.#cuts += 1
    this.#fault('inject')
    await this.network.cut(isLeft)
    this.#fault('injected')
  }

  heal(): void {
    this.#fault('heal')
    this.network.heal()
    this.#fault('healed')
  }

  /** The load ends, everything has its time to be decided, and what the checkers make of it all. */
  async finish(settleMs = 60_000): Promise<Verdict> {
    const sent = this.#sent
    this.#record({ type: 'driver', at: this.#now, intended: sent, sent, lagP99Ms: 0 })
    this.#record({ type: 'stage', at: this.#now, stage: 'load', state: 'end' })
    await this.advance(settleMs)
    for (const { index } of this.#plan.nodes) if (this.network.places[index]!.up) await this.#collect(index)
    this.#record({ type: 'end', at: this.#now, reason: 'done' })
    for (const stop of this.#stops) stop.abort()
    return judge(this.#plan, this.#history)
  }

  get #now(): number {
    return this.network.clock.nowMs()
  }

  #record(event: HistoryEvent): void {
    this.#history.push(event)
  }

  #declare(transactions: readonly SubmittedTransaction[]): number {
    const first = this.#workload.length
    const ids = transactions.map(each =>
      createHash('sha256').update(transactionBytes(each).identity).digest('hex'),
    )
    this.#workload.push(...transactions)
    ids.forEach((id, i) => {
      this.#indexOf.set(id, first + i)
    })
    const conflicts = ids.length > 1 ? { conflicts: [[first, first + 1] as const] } : {}
    this.#record({ type: 'transactions', at: this.#now, first, ids, ...conflicts })
    return first
  }

  #fault(step: 'inject' | 'injected' | 'heal' | 'healed'): void {
    const attested = step === 'injected' || step === 'healed' ? { attested: true } : {}
    this.#record({ type: 'fault', at: this.#now, id: `partition-${this.#cuts}`, step, ...attested })
  }

  #follow(node: number): void {
    const { signal } = this.#stops[node]!
    const read = async () => {
      for await (const decisions of this.network.places[node]!.node.decisions(this.#next[node]!, signal)) {
        if (signal.aborted) return
        this.#tell(node, decisions)
        this.#next[node] = decisions.at(-1)!.sequence + 1
      }
    }
    void read()
  }

  #tell(
    node: number,
    decisions: readonly { sequence: number; transaction: string; outcome: string }[],
    isReread = false,
  ): void {
    const told = decisions.map(({ sequence, transaction, outcome }) => {
      const index = this.#indexOf.get(transaction) ?? -1
      return { sequence, index, id: transaction, isAccepted: outcome === 'accepted' }
    })
    for (const line of decisionLines({ at: this.#now, node, decisions: told, isReread })) this.#record(line)
  }

  #status(node: number): void {
    const { startedAt, peers, processing, accepted, messagesSent, storage } =
      this.network.places[node]!.node.status()
    const told = { startedAt, peers, processing, accepted, messagesSent, storage }
    this.#record({ type: 'node-status', at: this.#now, node, ...told })
  }

  /** The final state of a node, and of one that restarted its whole log again. */
  async #collect(index: number): Promise<void> {
    const { node } = this.network.places[index]!
    this.#status(index)
    if (this.#restarted.has(index)) {
      const stop = new AbortController()
      let length = 0
      const read = async () => {
        for await (const decisions of node.decisions(0, stop.signal)) {
          if (stop.signal.aborted) return
          this.#tell(index, decisions, true)
          length += decisions.length
        }
      }
      void read()
      // Reading takes no time, but turns of the microtask queue; whoever has told less by now has no more.
      for (let turn = 0; turn < 100 && length < this.#next[index]!; turn += 1) await this.advance(10)
      stop.abort()
    }
    this.#record({ type: 'digest', at: this.#now, node: index, ...node.digest() })
    const [evidence, seen] = [node.evidence(), node.seen(votesUnderWayMs)]
    if (evidence && seen) this.#record({ type: 'evidence', at: this.#now, node: index, ...evidence, seen })
  }

  #isCorrect(node: number): boolean {
    return this.#plan.byzantine?.includes(node) !== true
  }
}
