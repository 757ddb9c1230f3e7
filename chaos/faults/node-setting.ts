import { setTimeout as delay } from 'node:timers/promises'
import type { InstanceGroup } from '../../model/backend.ts'
import type { Occurrence } from '../../model/fault.ts'
import type { Attestation, HoldWatch } from '../fault-actions.ts'
import { describeEvent, healDue } from './holding.ts'
import type { FaultPorts } from './ports.ts'
import { all } from './processes.ts'

/** A node that was just started answers after some seconds. */
const answerMs = 20_000

type Hit = Pick<Occurrence, 'id' | 'targets'>

/** What faults set in nodes through their test control: it ends with a node's process, and is set again in a new one. */
export class NodeSetting<Value> {
  readonly #held = new Map<string, { readonly targets: readonly number[]; readonly value: Value }>()
  readonly #containers: InstanceGroup
  readonly #set: (node: number, values: readonly Value[]) => Promise<void>

  /** @param set brings a node to what all faults on it mean together, in the order in which they began */
  constructor(containers: InstanceGroup, set: (node: number, values: readonly Value[]) => Promise<void>) {
    this.#containers = containers
    this.#set = set
  }

  /** What is held on a node. */
  of(node: number): Value[] {
    return [...this.#held.values()].flatMap(({ targets, value }) => (targets.includes(node) ? [value] : []))
  }

  async hold({ id, targets }: Hit, value: Value): Promise<void> {
    this.#held.set(id, { targets, value })
    await this.#setAll(targets)
  }

  async release({ id, targets }: Hit): Promise<void> {
    this.#held.delete(id)
    await this.#setAll(targets)
  }

  /** Sets it in those of them that may have been started anew. */
  async setAgain(nodes: readonly number[]): Promise<void> {
    await this.#setAll(nodes.filter(node => this.of(node).length > 0))
  }

  /**
   * Watches what is held on nodes until it is to heal: it ends with a node's process, which the engine tells of, and is read once more at the
   * end from nodes that run.
   */
  async watch(
    targets: readonly number[],
    watch: HoldWatch,
    feed: FaultPorts['feed'],
    read: (running: readonly number[]) => Promise<Attestation>,
  ): Promise<void> {
    using _listening = feed?.listen(event => {
      if (event.asked || event.state !== 'started' || !targets.includes(event.node)) return
      const { name } = this.#containers.places[event.node]!
      watch.note({ holds: false, at: event.at, evidence: describeEvent(event, name) })
    })
    await healDue(watch)
    const states = await Promise.all(targets.map(target => this.#containers.stateOf(target)))
    const attestation = await read(targets.filter((_, i) => states[i] === 'running'))
    if (!attestation.holds) watch.note(attestation)
  }

  async #setAll(nodes: readonly number[]): Promise<void> {
    await all(nodes, node => setNode(this.#containers, node, () => this.#set(node, this.of(node))))
  }
}

/**
 * Sets something through a node's test control, as soon as it answers. A node that does not run has nothing to set; it gets it when it
 * is started.
 * @throws Error what `set` threw last when it has not answered within 20 s
 */
async function setNode(containers: InstanceGroup, node: number, set: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + answerMs
  for (;;) {
    if ((await containers.stateOf(node)) !== 'running') return
    const problem = await set().then(
      () => undefined,
      (error: Error) => error,
    )
    if (problem === undefined) return
    if (performance.now() > deadline) throw problem
    await delay(200)
  }
}
