import type { DecisionsEvent, ForeignDecisionEvent } from '../model/event.ts'
import type { Decision } from '../model/ports/client.ts'

/**
 * Turns one received piece of a node's stream into history lines: one `decisions` line per unbroken row of sequences,
 * and a line of its own for every transaction that is not of the workload. Gaps and repetitions stay visible, because
 * they are evidence. One line a piece keeps the time of receipt exact, whatever the nodes' own batching.
 */
export function* decisionLines(received: {
  at: number
  node: number
  decisions: readonly Decision[]
  isReread?: boolean
}): Generator<DecisionsEvent | ForeignDecisionEvent> {
  const { at, node, decisions } = received
  let start = 0
  for (let i = 0; i < decisions.length; i++) {
    const decision = decisions[i]!
    const following = decisions[i + 1]
    if (decision.index === -1) {
      yield {
        type: 'foreign-decision',
        at,
        node,
        sequence: decision.sequence,
        transaction: decision.id ?? '',
        outcome: decision.isAccepted ? 'accepted' : 'rejected',
      }
      start = i + 1
      continue
    }
    const isUnbroken =
      following !== undefined && following.index !== -1 && following.sequence === decision.sequence + 1
    if (isUnbroken) continue
    yield decisionsLine(received, decisions.slice(start, i + 1))
    start = i + 1
  }
}

function decisionsLine(
  { at, node, isReread }: { at: number; node: number; isReread?: boolean },
  row: readonly Decision[],
): DecisionsEvent {
  const rejected = row.filter(decision => !decision.isAccepted).map(decision => decision.index)
  return {
    type: 'decisions',
    at,
    node,
    sequence: row[0]!.sequence,
    transactions: row.map(decision => decision.index),
    ...(rejected.length > 0 ? { rejected } : {}),
    ...(isReread ? { reread: true } : {}),
  }
}
