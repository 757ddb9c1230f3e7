import { setTimeout as delay } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import { describeFailure, readJson } from './http.ts'

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
  agent: Dispatcher
  urls: readonly string[]
  onReady: (node: number) => void
}): Readiness {
  const { agent, urls } = options
  const messages: (string | undefined)[] = urls.map(() => 'not asked yet')
  let readyCount = 0
  let waiting: Waiting[] = urls.map((_, node) => ({ node, dueAt: 0 }))

  const ask = async (entry: Waiting, signal: AbortSignal) => {
    const answer = await healthOf({ agent, url: urls[entry.node]!, signal })
    if (answer.isReady) {
      messages[entry.node] = undefined
      readyCount++
      options.onReady(entry.node)
      return
    }
    messages[entry.node] = answer.missing
    entry.dueAt = performance.now() + (answer.isAbsent ? absentPauseMs : answeringPauseMs)
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
      while (readyCount < urls.length && !signal.aborted) {
        await delay(spacingMs, undefined, { signal }).catch(() => {})
        const at = performance.now()
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

interface Health {
  readonly isReady: boolean
  readonly isAbsent: boolean
  readonly missing: string
}

async function healthOf(request: { agent: Dispatcher; url: string; signal: AbortSignal }): Promise<Health> {
  try {
    const { statusCode, body } = await request.agent.request({
      origin: request.url,
      path: '/healthz',
      method: 'GET',
      signal: request.signal,
    })
    if (statusCode === 200) {
      await body.dump()
      return { isReady: true, isAbsent: false, missing: '' }
    }
    const answer = await readJson(body).catch(() => undefined)
    return { isReady: false, isAbsent: false, missing: missingText(answer) ?? `answers HTTP ${statusCode}` }
  } catch (error) {
    return { isReady: false, isAbsent: true, missing: `no answer: ${describeFailure(error)}` }
  }
}

function missingText(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('missing' in answer)) return undefined
  return typeof answer.missing === 'string' ? answer.missing.slice(0, 200) : undefined
}
