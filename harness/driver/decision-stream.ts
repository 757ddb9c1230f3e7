import { setTimeout as delay } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import { createDecisionParser, type Decision } from './decision-parser.ts'
import { describeFailure } from './http.ts'
import type { TransactionIndex } from './transaction-index.ts'

/** First and longest pause before a lost stream is asked for again. */
const reconnectMsMin = 200
const reconnectMsMax = 2_000

export interface DecisionStreamOptions {
  readonly agent: Dispatcher
  /** Control base URL of the node. */
  readonly url: string
  readonly ids: TransactionIndex
  /** The decisions of one piece of the stream, in order; called as soon as it arrives. */
  readonly onDecisions: (decisions: readonly Decision[]) => void
  /** The stream was opened, or lost: why. */
  readonly onOpen: () => void
  readonly onLost: (reason: string) => void
  readonly signal: AbortSignal
}

/**
 * Follows a node's decisions until the signal aborts. A stream that breaks (the node was killed, it sent garbage) is
 * asked for again from the first decision that was not seen.
 */
export async function followDecisions(options: DecisionStreamOptions): Promise<void> {
  const { signal } = options
  let next = 0
  let pauseMs = reconnectMsMin
  while (!signal.aborted) {
    const seenBefore = next
    const reason = await readDecisions({
      ...options,
      from: next,
      onDecisions: decisions => {
        next = decisions.at(-1)!.sequence + 1
        options.onDecisions(decisions)
      },
    })
    if (signal.aborted) return
    options.onLost(reason)
    pauseMs = next > seenBefore ? reconnectMsMin : Math.min(pauseMs * 2, reconnectMsMax)
    await delay(pauseMs, undefined, { signal }).catch(() => {})
  }
}

/**
 * One GET /decisions, until it ends for whatever reason.
 * @returns the reason
 */
export function readDecisions(
  options: Omit<DecisionStreamOptions, 'onLost'> & { readonly from: number },
): Promise<string> {
  const parser = createDecisionParser(options.ids)
  return new Promise(resolve => {
    let isOk = false
    let abort: (() => void) | undefined
    const end = (reason: string) => {
      options.signal.removeEventListener('abort', onAbort)
      resolve(reason)
    }
    const onAbort = () => {
      abort?.()
      end('stopped')
    }
    options.signal.addEventListener('abort', onAbort, { once: true })
    options.agent.dispatch(
      { origin: options.url, path: `/decisions?from=${options.from}`, method: 'GET' },
      {
        onRequestStart: controller => {
          abort = () => controller.abort(new Error('stopped'))
          if (options.signal.aborted) abort()
        },
        onResponseStart: (controller, statusCode) => {
          isOk = statusCode === 200
          if (isOk) options.onOpen()
          else controller.abort(new Error(`HTTP ${statusCode} for GET /decisions`))
        },
        onResponseData: (controller, chunk) => {
          if (!isOk || options.signal.aborted) return
          const decisions: Decision[] = []
          try {
            parser.push(chunk, decision => decisions.push(decision))
          } catch (error) {
            isOk = false
            controller.abort(error as Error)
          }
          if (decisions.length > 0) options.onDecisions(decisions)
        },
        onResponseEnd: () => end('the node ended the stream'),
        onResponseError: (_controller, error) => end(describeFailure(error)),
      },
    )
  })
}
