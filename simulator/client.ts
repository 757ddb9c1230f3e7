import type { Client, Decision, SubmissionOutcome } from '../model/ports/client.ts'
import { pause } from '../model/ports/time.ts'
import { parseTransactions } from '../nodes/adapters/transaction-json.ts'
import type { Node } from '../nodes/host/node.ts'
import type { Decision as NodeDecision, SubmittedTransaction } from '../nodes/host/ports.ts'
import { describeFailure } from '../workload/failure.ts'
import type { TransactionIndex } from '../workload/transaction-index.ts'
import type { HostNetwork } from './network.ts'

/** From the driver to a node, and back. */
const latencyMs = 1
/** What a driver waits for an answer at most, unless it is patient. */
const answerTimeoutMs = 10_000

/** The driver's client of virtual nodes: it gets what HTTP would bring from them, refused and lost requests included. */
export function simulatedClient(network: HostNetwork, ids: TransactionIndex): Client {
  const { clock } = network
  const call = callsOf(network)
  return {
    health: async (node, signal) => {
      try {
        const health = await call(node, { signal }, host => host.health())
        return { isReady: health.ready, isAbsent: false, missing: health.ready ? '' : health.missing }
      } catch (error) {
        return { isReady: false, isAbsent: true, missing: `no answer: ${describeFailure(error)}` }
      }
    },
    submit: async (node, { body }, signal): Promise<SubmissionOutcome> => {
      try {
        const admission = await call(node, { signal }, host => host.submit(readTransactions(body)))
        if (admission === 'full') return { result: 'failed', refused: [], error: 'HTTP 429' }
        return {
          result: 'ok',
          refused: admission.refused.map(({ index, code }) => ({ position: index, code })),
        }
      } catch (error) {
        const failure = describeFailure(error)
        const result = failure === refused.code ? 'failed' : 'unknown'
        return { result, refused: [], error: failure }
      }
    },
    decisions: async (node, { from, signal, onOpen, onDecisions }) => {
      const { up, life } = network.places[node]!
      await pause(clock, latencyMs, signal)
      if (!up || life.signal.aborted) return refused.code
      onOpen()
      const ended = AbortSignal.any([signal, life.signal])
      for await (const decisions of network.places[node]!.node.decisions(from, ended)) {
        await pause(clock, latencyMs, signal)
        if (signal.aborted) break
        onDecisions(decisions.map(decision => readDecision(decision, ids)))
      }
      return life.signal.aborted ? lost.code : 'the stream ended'
    },
    digest: async (node, signal, isPatient) => {
      const digest = await call(node, { signal, isPatient }, host => host.digest())
      return { type: 'digest', at: clock.now(), node, ...digest }
    },
    status: async (node, signal, isPatient) => {
      const status = await call(node, { signal, isPatient }, host => host.status())
      const { startedAt, peers, processing, accepted, messagesSent, vertices, raised, storage } = status
      return {
        ...{ type: 'node-status', at: clock.now(), node, startedAt, peers, processing, accepted },
        ...{ messagesSent, vertices, storage, ...(raised === undefined ? {} : { raised }) },
      }
    },
    evidence: async (node, signal) => {
      const evidence = await call(node, { signal, isPatient: true }, host => host.evidence())
      if (!evidence) throw new Error('it records no evidence')
      return { type: 'evidence', at: clock.now(), node, ...evidence }
    },
    seen: async (node, ageMs, signal) => {
      const seen = await call(node, { signal, isPatient: true }, host => host.seen(ageMs))
      if (!seen) throw new Error('it does not count what it sees')
      return seen
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

const refused = { code: 'ECONNREFUSED' } as const
const lost = { code: 'ECONNRESET' } as const
const late = { code: 'UND_ERR_HEADERS_TIMEOUT' } as const

/** A request to a node's process: it waits while that is frozen, and is lost when it dies. */
function callsOf({ clock, places }: HostNetwork) {
  return <T>(
    index: number,
    { signal, isPatient = false }: { signal: AbortSignal; isPatient?: boolean | undefined },
    ask: (node: Node) => T | Promise<T>,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      const { life, gate, node } = places[index]!
      const settled = new AbortController()
      const fail = (failure: unknown) => {
        settled.abort()
        reject(failure)
      }
      const onAbort = (source: AbortSignal, failure: () => unknown) => {
        if (source.aborted) fail(failure())
        else source.addEventListener('abort', () => fail(failure()), { once: true, signal: settled.signal })
      }
      const failed = (code: { readonly code: string }) => Object.assign(new Error(code.code), code)
      const answered = (answer: T) =>
        clock.after(latencyMs, () => {
          settled.abort()
          resolve(answer)
        })
      if (life.signal.aborted) {
        clock.after(latencyMs, () => reject(failed(refused)))
        return
      }
      onAbort(signal, () => signal.reason)
      onAbort(life.signal, () => failed(lost))
      if (!isPatient) {
        const cancel = clock.after(answerTimeoutMs, () => fail(failed(late)))
        settled.signal.addEventListener('abort', cancel)
      }
      clock.after(latencyMs, () =>
        gate.run(() => {
          void Promise.resolve(ask(node)).then(answered, fail)
        }),
      )
    })
}

/** A body that the workload prepared. */
function readTransactions(body: Buffer): SubmittedTransaction[] {
  const transactions = parseTransactions(body)
  if (typeof transactions === 'string') throw new Error(transactions)
  return transactions
}

function readDecision({ sequence, transaction, outcome }: NodeDecision, ids: TransactionIndex): Decision {
  const index = ids.find(Buffer.from(transaction), 0)
  const decision = { sequence, index, isAccepted: outcome === 'accepted' }
  return index === -1 ? { ...decision, id: transaction } : decision
}
