import type { Client } from '../model/ports/client.ts'
import { pause, type Time } from '../model/ports/time.ts'

/** Which nodes take part in consensus yet, and what the others lack. */
export interface Readiness {
  readonly readyCount: number
  /** Up to `limit` nodes that are not ready, the lowest first. */
  missing(limit: number): { node: number; message: string }[]
  /** Asks until every node is ready or the signal aborts; each node is left alone once it is. */
  run(signal: AbortSignal): Promise<void>
}

/** Nodes asked at the same time. Those that do not exist yet hold their place for a connection time-out. */
const concurrency = 32
/** Pause between two questions to one node: short once it answers, longer while it is not even there. */
const answeringPauseMs = 500
const absentPauseMs = 2_000
/** At most 100 questions a second in all: nodes that start have better things to do. */
const spacingMs = 10

interface Waiting {
  readonly node: number
  dueAt: number
}

export function watchReadiness(options: {
  time: Time
  client: Client
  nodeCount: number
  /** What is to happen before a node counts as ready; never throws. */
  onReady: (node: number) => Promise<void>
}): Readiness {
  const { time, client, nodeCount } = options
  const messages: (string | undefined)[] = new Array(nodeCount).fill('not asked yet')
  let readyCount = 0
  let waiting: Waiting[] = messages.map((_, node) => ({ node, dueAt: 0 }))

  const ask = async (entry: Waiting, signal: AbortSignal) => {
    const answer = await client.health(entry.node, signal)
    if (answer.isReady) {
      await options.onReady(entry.node)
      messages[entry.node] = undefined
      readyCount++
      return
    }
    messages[entry.node] = answer.missing
    entry.dueAt = time.now() + (answer.isAbsent ? absentPauseMs : answeringPauseMs)
    waiting.push(entry)
  }

  return {
    get readyCount() {
      return readyCount
    },
    missing: limit =>
      messages.flatMap((message, node) => (message === undefined ? [] : [{ node, message }])).slice(0, limit),
    run: async signal => {
      let asking = 0
      while (readyCount < nodeCount && !signal.aborted) {
        await pause(time, spacingMs, signal)
        const at = time.now()
        const entry = asking < concurrency ? waiting.find(({ dueAt }) => dueAt <= at) : undefined
        if (!entry || signal.aborted) continue
        waiting = waiting.filter(other => other !== entry)
        asking++
        void ask(entry, signal).finally(() => {
          asking--
        })
      }
    },
  }
}
