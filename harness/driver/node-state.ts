import type { Dispatcher } from 'undici'
import { z } from 'zod'
import type { DigestEvent, EvidenceEvent, NodeStatusEvent } from '../../model/event.ts'
import { evidenceSchema, type Seen, seenSchema } from '../../model/seen.ts'
import { ContractError, readAnswer } from '../../workload/contract-error.ts'
import { now } from './clock.ts'
import { readJson } from './http.ts'

const statusSchema = z.object({
  startedAt: z.number(),
  peers: z.number(),
  processing: z.number(),
  accepted: z.number(),
  messagesSent: z.number().optional(),
  vertices: z.number().optional(),
  raised: z.string().max(64).optional(),
  storage: z.object({ verified: z.boolean(), opens: z.number(), message: z.string().optional() }),
})

const digestSchema = z.object({ accepted: z.number(), digest: z.string().max(256) })

interface NodeRequest {
  readonly agent: Dispatcher
  readonly url: string
  readonly node: number
  readonly signal: AbortSignal
  /** Milliseconds for the agent's own timeouts, 0 for none; left out, the agent's defaults hold. */
  readonly timeoutMs?: number
}

/** @throws Error naming what was wrong with the answer */
export async function readStatus(request: NodeRequest): Promise<NodeStatusEvent> {
  const { startedAt, peers, processing, accepted, messagesSent, vertices, raised, storage } = readAnswer(
    statusSchema,
    await get(request, '/status'),
    'GET /status',
  )
  const { verified, opens, message } = storage
  return {
    type: 'node-status',
    at: now(),
    node: request.node,
    startedAt,
    peers,
    processing,
    accepted,
    ...(messagesSent === undefined ? {} : { messagesSent }),
    ...(vertices === undefined ? {} : { vertices }),
    ...(raised === undefined ? {} : { raised }),
    storage: { verified, opens, ...(message === undefined ? {} : { message }) },
  }
}

/** @throws Error naming what was wrong with the answer */
export async function readDigest(request: NodeRequest): Promise<DigestEvent> {
  const { accepted, digest } = readAnswer(digestSchema, await get(request, '/digest'), 'GET /digest')
  return { type: 'digest', at: now(), node: request.node, accepted, digest }
}

/** @throws Error naming what was wrong with the answer */
export async function readEvidence(request: NodeRequest): Promise<EvidenceEvent> {
  const { caught, contested, undecided } = readAnswer(
    evidenceSchema,
    await get(request, '/evidence'),
    'GET /evidence',
  )
  const told = { caught, contested, ...(undecided === undefined ? {} : { undecided }) }
  return { type: 'evidence', at: now(), node: request.node, ...told }
}

/** @throws Error naming what was wrong with the answer */
export async function readSeen(
  request: NodeRequest,
  { ageMs, token }: { readonly ageMs: number; readonly token: string },
): Promise<Seen> {
  const answer = await get(request, `/seen?age=${ageMs}`, { authorization: `Bearer ${token}` })
  return readAnswer(seenSchema, answer, 'GET /seen')
}

async function get(
  { agent, url, signal, timeoutMs }: NodeRequest,
  path: string,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const timeouts = timeoutMs === undefined ? {} : { headersTimeout: timeoutMs, bodyTimeout: timeoutMs }
  const { statusCode, body } = await agent.request({
    origin: url,
    path,
    method: 'GET',
    headers,
    signal,
    ...timeouts,
  })
  if (statusCode === 200) return await readBody(body, path)
  await body.dump()
  if (absent.has(statusCode)) throw new ContractError(`GET ${path}: HTTP ${statusCode}`)
  throw new Error(`HTTP ${statusCode} for GET ${path}`)
}

/** Answers of a server that has no such call. */
const absent = new Set([404, 405, 501])

async function readBody(body: AsyncIterable<Buffer>, path: string): Promise<unknown> {
  try {
    return await readJson(body)
  } catch (error) {
    if (error instanceof SyntaxError) throw new ContractError(`GET ${path}: expected JSON: ${error.message}`)
    throw error
  }
}
