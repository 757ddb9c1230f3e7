import type { Client } from '../../model/ports/client.ts'
import type { TransactionIndex } from '../../workload/transaction-index.ts'
import { readDecisions } from './decision-stream.ts'
import { requestAgent, streamAgent } from './http.ts'
import { healthOf } from './node-health.ts'
import { readDigest, readEvidence, readSeen, readStatus } from './node-state.ts'
import { submit } from './submit.ts'

export interface HttpClientOptions {
  /** Control base URL of each node, by index. */
  readonly urls: readonly string[]
  /** The run's, for calls that change anything. */
  readonly token: string
  readonly ids: TransactionIndex
}

/** Speaks the node contract (docs/contract.md). */
export function httpClient({ urls, token, ids }: HttpClientOptions): Client {
  const agents = { requests: requestAgent(), streams: streamAgent(), rereads: streamAgent() }
  const request = (node: number, signal: AbortSignal, isPatient?: boolean) => ({
    ...{ agent: agents.requests, url: urls[node]!, node, signal },
    ...(isPatient ? { timeoutMs: 0 } : {}),
  })
  return {
    health: (node, signal) => healthOf(request(node, signal)),
    submit: (node, batch, signal) => submit({ ...request(node, signal), ...batch, token }),
    decisions: (node, { isReread, ...reader }) =>
      readDecisions({
        ...{ ...reader, ids, url: urls[node]! },
        agent: isReread ? agents.rereads : agents.streams,
      }),
    digest: (node, signal, isPatient) => readDigest(request(node, signal, isPatient)),
    status: (node, signal, isPatient) => readStatus(request(node, signal, isPatient)),
    evidence: (node, signal) => readEvidence(request(node, signal, true)),
    seen: (node, ageMs, signal) => readSeen(request(node, signal, true), { ageMs, token }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(Object.values(agents).map(agent => agent.destroy()))
    },
  }
}
