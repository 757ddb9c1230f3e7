import type { Replica } from '../consensus/replica.ts'
import { conflictKey, type VertexId, type Vote } from '../consensus/types.ts'
import { decodeVote } from '../wire/frame.ts'
import { decodeVertex } from '../wire/vertex.ts'
import { decodeQueued } from './admission.ts'
import type { Clock, Crypto, Store, StoreOperation } from './ports.ts'
import {
  decisionKey,
  decodeDecision,
  decodeJson,
  decodeVertexRecord,
  encodeJson,
  endOf,
  opensKey,
  orderKey,
  prefixes,
  type Summary,
  summaryKey,
} from './records.ts'

export interface Recovered {
  readonly opens: number
  readonly verified: boolean
  /** What did not verify. */
  readonly message?: string
  /** Ids of admitted transactions that were in no vertex yet. */
  readonly queued: readonly string[]
}

/**
 * Puts a replica back to where the store says it was, reading every entry once: checksums are verified by the
 * store, sequences and the digest of the accepted set here. A store that does not verify is reported, not repaired:
 * the harness judges it.
 */
export async function recover(
  replica: Replica,
  options: { n: number },
  ports: { store: Store; clock: Clock; crypto: Crypto },
): Promise<Recovered> {
  const opens = ((await readJson<number>(ports.store, opensKey)) ?? 0) + 1
  await ports.store.write([{ kind: 'put', key: opensKey, value: encodeJson(opens) }])
  const decisionFault = await restoreDecisions(replica, ports.store)
  const queued = await restoreQueue(replica, ports)
  const vertexFault = await restoreVertices(replica, options.n, ports)
  const message = [decisionFault, vertexFault].filter(fault => fault !== undefined).join('; ')
  return { opens, queued, verified: message === '', ...(message === '' ? {} : { message }) }
}

/** What amnesia does: nothing is left of what this node voted on, but for what came of it. */
export async function forgetVotes(store: Store): Promise<void> {
  const votes: StoreOperation[] = []
  for (const prefix of [prefixes.vertices, prefixes.orders])
    for await (const [key] of range(store, prefix)) votes.push({ kind: 'delete', key })
  await store.write(votes)
}

async function restoreDecisions(replica: Replica, store: Store): Promise<string | undefined> {
  let sequence = 0
  for await (const [key, value] of range(store, prefixes.decisions)) {
    if (key !== decisionKey(sequence)) return `decision ${sequence} is missing, found ${key} instead`
    const { outcome, id, ...spent } = decodeDecision(value)
    replica.restoreDecision({ id, key: conflictKey(spent) }, outcome)
    sequence += 1
  }
  const summary = await readJson<Summary>(store, summaryKey)
  const { accepted, digest } = replica.accepted
  if (!summary) return sequence === 0 ? undefined : `${sequence} decisions but no summary of them`
  if (summary.decisions !== sequence || summary.accepted !== accepted || summary.digest !== digest) {
    return `the summary tells of ${summary.decisions} decisions with digest ${summary.digest}, the log holds ${sequence} with ${digest}`
  }
  return undefined
}

async function restoreQueue(
  replica: Replica,
  { store, clock, crypto }: { store: Store; clock: Clock; crypto: Crypto },
): Promise<string[]> {
  const ids: string[] = []
  for await (const [, value] of range(store, prefixes.queue)) {
    const transaction = decodeQueued(value, bytes => crypto.sha256Hex(bytes))
    replica.restoreQueued(transaction, clock.nowMs())
    ids.push(transaction.id)
  }
  return ids
}

async function restoreVertices(
  replica: Replica,
  n: number,
  { store, clock, crypto }: { store: Store; clock: Clock; crypto: Crypto },
): Promise<string | undefined> {
  let order = 0
  const votes = await restoreVotes(store)
  for await (const [key, value] of range(store, prefixes.vertices)) {
    if (key !== orderKey(order)) return `vertex ${order} is missing, found ${key} instead`
    const { exceptions, vertex: bytes } = decodeVertexRecord(value)
    const vertex = decodeVertex(bytes, n, crypto, true)
    if (typeof vertex === 'string') return `vertex ${order} is ${vertex}`
    const vote = votes.get(vertex.id) ?? { vertex: vertex.id, exceptions }
    replica.restoreVertex(vertex, vote, clock.nowMs(), clock.machineMs())
    order += 1
  }
  return undefined
}

/** Votes that changed after they were first cast. */
async function restoreVotes(store: Store): Promise<Map<VertexId, Vote>> {
  const votes = new Map<VertexId, Vote>()
  for await (const [, value] of range(store, prefixes.votes)) {
    const vote = decodeVote(value)
    votes.set(vote.vertex, vote)
  }
  return votes
}

function range(store: Store, prefix: string): AsyncIterable<readonly [string, Uint8Array]> {
  return store.entries({ from: prefix, to: endOf(prefix) })
}

async function readJson<Value>(store: Store, key: string): Promise<Value | undefined> {
  const bytes = await store.get(key)
  return bytes && decodeJson<Value>(bytes)
}
