import type { HistoryEvent, NodeStatusEvent } from '../model/event.ts'
import type { Client } from '../model/ports/client.ts'
import { type Time, until } from '../model/ports/time.ts'
import { decisionLines } from './decision-lines.ts'

/** A log that has begun to arrive and is silent for this long has nothing more. */
const silenceMs = 3_000

/**
 * Reads the log of a restarted node from its start and records it, until it holds as much as the node reported before.
 * @throws Error when it ends earlier, unless the node itself reports no more
 */
export async function rereadLog(
  node: number,
  options: {
    readonly time: Time
    readonly client: Client
    readonly nextSequence: (node: number) => number
    readonly status: NodeStatusEvent
    readonly record: (event: HistoryEvent) => void
    readonly signal: AbortSignal
  },
): Promise<void> {
  const reported = options.nextSequence(node)
  const done = new AbortController()
  const { time, signal } = options
  let next = 0
  let accepted = 0
  let heardAt: number | undefined
  let hasEnded = false
  const reading = options.client
    .decisions(node, {
      from: 0,
      isReread: true,
      signal: AbortSignal.any([signal, done.signal]),
      onOpen: () => {
        heardAt = time.now()
      },
      onDecisions: decisions => {
        for (const line of decisionLines({ at: time.now(), node, decisions, isReread: true })) {
          if (line.type === 'decisions') options.record(line)
        }
        next = decisions.at(-1)!.sequence + 1
        accepted += decisions.filter(({ isAccepted }) => isAccepted).length
        heardAt = time.now()
      },
    })
    .then(() => {
      hasEnded = true
    })
  const isSilent = () => heardAt !== undefined && time.now() - heardAt > silenceMs
  const isOver = () => next >= reported || hasEnded || isSilent()
  try {
    await until(time, isOver, { withinMs: Number.POSITIVE_INFINITY, everyMs: 50, signal })
  } finally {
    done.abort()
    await reading
  }
  // A node that has lost decisions reports no more than its log holds: reading again brings nothing.
  if (next >= reported || accepted === options.status.accepted) return
  throw new Error(`it restarted and reported ${next} decisions again of ${reported} before`)
}
