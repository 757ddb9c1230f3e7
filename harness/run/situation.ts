import type { HistoryEvent } from '../../model/event.ts'
import type { FaultKind, Occurrence } from '../../model/fault.ts'

/** What the history so far says of the network: which faults are in force and which nodes do not run. */
export interface Situation {
  /** Takes what the harness itself writes into the history, in that order. */
  note(event: HistoryEvent): void
  /** Occurrences that are in force, from the begin of their injection to the measured end of their healing. */
  readonly faults: readonly { readonly id: string; readonly kind: FaultKind }[]
  /** Nodes whose container does not run. */
  readonly crashed: ReadonlySet<number>
}

export function createSituation(occurrences: readonly Occurrence[]): Situation {
  const kinds = new Map(occurrences.map(({ id, fault }) => [id, fault.kind]))
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
    crashed,
  }
}
