import type { Dispatcher } from 'undici'
import { z } from 'zod'
import type { DigestEvent, EvidenceEvent, NodeStatusEvent } from '../../model/event.ts'
import { now } from './clock.ts'
import { readJson } from './http.ts'

const statusSchema = z.object({
  startedAt: z.number(),
  peers: z.number(),
  processing: z.number(),
  accepted: z.number(),
  messagesSent: z.number().optional(),
  vertices: z.number().optional(),
  storage: z.object({ verified: z.boolean(), opens: z.number(), message: z.string().optional() }),
})

const digestSchema = z.object({ accepted: z.number(), digest: z.string().max(256) })

const evidenceSchema = z.object({
  caught: z.array(
    z.object({ node: z.number(), offence: z.string(), count: z.number(), first: z.string().max(1000) }),
  ),
  contested: z.array(
    z.object({
      vertex: z.string(),
      issuer: z.number(),
      transactions: z.array(z.object({ position: z.number(), id: z.string() })),
      votes: z.array(z.object({ exceptions: z.array(z.number()), voters: z.array(z.number()) })),
    }),
  ),
  undecided: z.array(z.object({ vertex: z.string(), transactions: z.array(z.string()) })).optional(),
})

interface NodeRequest {
  readonly agent: Dispatcher
  readonly url: string
  readonly node: number
  readonly signal: AbortSignal
}

/** @throws Error naming what was wrong with the answer */
export async function readStatus(request: NodeRequest): Promise<NodeStatusEvent> {
  const { startedAt, peers, processing, accepted, messagesSent, vertices, storage } = statusSchema.parse(
    await get(request, '/status'),
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
    storage: { verified, opens, ...(message === undefined ? {} : { message }) },
  }
}

/** @throws Error naming what was wrong with the answer */
export async function readDigest(request: NodeRequest): Promise<DigestEvent> {
  const { accepted, digest } = digestSchema.parse(await get(request, '/digest'))
  return { type: 'digest', at: now(), node: request.node, accepted, digest }
}

/** @throws Error naming what was wrong with the answer */
export async function readEvidence(request: NodeRequest): Promise<EvidenceEvent> {
  const { caught, contested, undecided } = evidenceSchema.parse(await get(request, '/evidence'))
  const told = { caught, contested, ...(undecided === undefined ? {} : { undecided }) }
  return { type: 'evidence', at: now(), node: request.node, ...told }
}

async function get({ agent, url, signal }: NodeRequest, path: string): Promise<unknown> {
  const { statusCode, body } = await agent.request({ origin: url, path, method: 'GET', signal })
  if (statusCode === 200) return await readJson(body)
  await body.dump()
  throw new Error(`HTTP ${statusCode} for GET ${path}`)
}
