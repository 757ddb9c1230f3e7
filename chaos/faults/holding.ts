import { once } from 'node:events'
import type { NodeState } from '../../model/backend.ts'
import type { InstanceEvent } from '../../model/event.ts'
import type { HoldWatch } from '../fault-actions.ts'

/** Resolves when a fault is about to heal. */
export async function healDue({ signal }: HoldWatch): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

const states: Readonly<Record<InstanceEvent['state'], NodeState | undefined>> = {
  started: 'running',
  unpaused: 'running',
  paused: 'paused',
  died: 'down',
  // A process of it was killed; what becomes of the container is another event.
  oom: undefined,
  removed: undefined,
  moved: undefined,
}

/** What a container is after an event; undefined where that does not tell. */
export function stateAfter({ state }: Pick<InstanceEvent, 'state'>): NodeState | undefined {
  return states[state]
}

/** `web was started by somebody else` */
export function describeEvent(
  { state, exitCode }: Pick<InstanceEvent, 'state' | 'exitCode'>,
  name: string,
): string {
  switch (state) {
    case 'started':
      return `${name} was started by somebody else`
    case 'died':
      return `${name} ended with code ${exitCode ?? '?'}`
    case 'oom':
      return `${name} ran out of memory`
    case 'paused':
      return `${name} was paused by somebody else`
    case 'unpaused':
      return `${name} was unpaused by somebody else`
    case 'removed':
      return `${name} was removed by somebody else`
    case 'moved':
      return `${name} has other addresses, of somebody else's doing`
  }
}
