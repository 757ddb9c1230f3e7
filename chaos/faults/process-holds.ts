import type { NodeState } from '../../model/backend.ts'
import type { FaultKind } from '../../model/fault.ts'

const meant: Partial<Record<FaultKind, NodeState>> = {
  kill: 'down',
  stop: 'down',
  restart: 'down',
  'rolling-restart': 'down',
  pause: 'paused',
}

/**
 * Which occurrences hold which nodes down or frozen. Two faults on one node compose: it runs again when the last of them has
 * let go, and a frozen node that is killed is dead until then.
 */
export class ProcessHolds {
  readonly #held = new Map<string, { readonly nodes: readonly number[]; readonly state: NodeState }>()

  /** From now on the occurrence holds these nodes, if its kind is one of processes. */
  add(id: string, kind: FaultKind, nodes: readonly number[]): void {
    const state = meant[kind]
    if (state !== undefined) this.#held.set(id, { nodes, state })
  }

  remove(id: string): void {
    this.#held.delete(id)
  }

  /** What a node should be now. */
  stateOf(node: number): NodeState {
    const states = [...this.#held.values()]
      .filter(({ nodes }) => nodes.includes(node))
      .map(({ state }) => state)
    if (states.includes('down')) return 'down'
    return states.includes('paused') ? 'paused' : 'running'
  }
}
