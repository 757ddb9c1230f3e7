import type { Client, Decision } from '../model/ports/client.ts'
import { pause, type Time } from '../model/ports/time.ts'

/** First and longest pause before a lost stream is asked for again. */
const reconnectMsMin = 200
const reconnectMsMax = 2_000

interface FollowOptions {
  readonly time: Time
  readonly client: Client
  readonly node: number
  /** The decisions of one piece of the stream, in order; called as soon as it arrives. */
  readonly onDecisions: (decisions: readonly Decision[]) => void
  /** The stream was opened, or lost: why. */
  readonly onOpen: () => void
  readonly onOutside: (message: string) => void
  readonly onLost: (reason: string) => void
  readonly signal: AbortSignal
}

/**
 * Follows a node's decisions until the signal aborts. A stream that breaks (the node was killed, it sent garbage) is
 * asked for again from the first decision that was not seen.
 */
export async function followDecisions(options: FollowOptions): Promise<void> {
  const { time, client, node, signal, onOpen, onOutside } = options
  let next = 0
  let pauseMs = reconnectMsMin
  while (!signal.aborted) {
    const seenBefore = next
    const reason = await client.decisions(node, {
      ...{ signal, onOpen, onOutside },
      from: next,
      onDecisions: decisions => {
        next = decisions.at(-1)!.sequence + 1
        options.onDecisions(decisions)
      },
    })
    if (signal.aborted) return
    options.onLost(reason)
    pauseMs = next > seenBefore ? reconnectMsMin : Math.min(pauseMs * 2, reconnectMsMax)
    await pause(time, pauseMs, signal)
  }
}
