import type { Dispatcher } from 'undici'
import type { Decision, DecisionReader } from '../../model/ports/client.ts'
import { describeFailure } from '../../workload/failure.ts'
import type { TransactionIndex } from '../../workload/transaction-index.ts'
import { createDecisionParser } from './decision-parser.ts'

interface DecisionStreamOptions extends Omit<DecisionReader, 'isReread'> {
  readonly agent: Dispatcher
  /** Control base URL of the node. */
  readonly url: string
  readonly ids: TransactionIndex
}

/**
 * One GET /decisions, until it ends for whatever reason.
 * @returns the reason
 */
export function readDecisions(options: DecisionStreamOptions): Promise<string> {
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
            options.onOutside?.(`GET /decisions: ${(error as Error).message}`)
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
