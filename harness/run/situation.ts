import type { HistoryEvent } from '../../model/event.ts'
import type { FaultKind } from '../../model/fault.ts'
import { identityOf, type Plan } from '../../model/plan.ts'

/** What the history so far says of the network: which faults are in force and which nodes do not run. */
export interface Situation {
  /** Takes what the harness itself writes into the history, in that order. */
  note(event: HistoryEvent): void
  /** Occurrences that are in force, from the begin of their injection to the measured end of their healing. */
  readonly faults: readonly { readonly id: string; readonly kind: FaultKind }[]
  /** Nodes by what they are now; crashed are those whose container does not run, paused those that a fault holds frozen. */
  readonly nodes: Readonly<Record<NodeState, number>>
  /** Nodes by what makes them Byzantine now; every behaviour of the plan, in force or not. Crashed ones show none. */
  readonly behaviours: Readonly<Record<string, number>>
}

type NodeState = 'correct' | 'byzantine' | 'paused' | 'crashed'

export function createSituation(plan: Plan): Situation {
  const own = plan.nodes.map(({ behaviour }) => behaviour?.name)
  const switches = plan.faults.flatMap(({ id, fault, targets }) =>
    fault.kind === 'behaviour' ? [{ id, targets, name: fault.as.name }] : [],
  )
  const names = [...own, ...switches.map(({ name }) => name)].filter(name => name !== undefined)
  const pauses = plan.faults.filter(({ fault }) => fault.kind === 'pause')
  const kinds = new Map(plan.faults.map(({ id, fault }) => [id, fault.kind]))
  const active = new Map<string, FaultKind>()
  const crashed = new Set<number>()
  return {
    note: event => {
      if (event.type === 'container') {
        if (event.state === 'started') crashed.delete(event.node)
        if (event.state === 'died') crashed.add(event.node)
      }
      if (event.type !== 'fault') return
      const kind = kinds.get(event.id)
      if (event.step === 'inject' && kind !== undefined) active.set(event.id, kind)
      if (event.step === 'healed') active.delete(event.id)
    },
    get faults() {
      return [...active].map(([id, kind]) => ({ id, kind }))
    },
    get nodes() {
      // A twin is one node for as long as one of its containers runs.
      const identities = (nodes: typeof plan.nodes) => new Set(nodes.map(identityOf))
      const frozen = new Set(pauses.filter(({ id }) => active.has(id)).flatMap(({ targets }) => targets))
      const alive = plan.nodes.filter(({ index }) => !crashed.has(index))
      const running = identities(alive.filter(({ index }) => !frozen.has(index)))
      const up = identities(alive).size
      const byzantine = [...running].filter(node => plan.byzantine?.includes(node)).length
      return {
        correct: running.size - byzantine,
        byzantine,
        paused: up - running.size,
        crashed: identities(plan.nodes).size - up,
      }
    },
    get behaviours() {
      const now = [...own]
      for (const { id, targets, name } of switches)
        if (active.has(id)) for (const node of targets) now[node] = name
      const counts = Object.fromEntries(names.map(name => [name, 0]))
      for (const [node, name] of now.entries()) if (name && !crashed.has(node)) counts[name]! += 1
      return counts
    },
  }
}
