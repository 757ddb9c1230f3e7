import type { Dispatcher } from 'undici'
import { z } from 'zod'
import { describeFailure, readJson } from './http.ts'

/** What came of one POST /transactions. */
export interface SubmissionOutcome {
  /** ok: taken, except what was refused; failed: surely nothing was taken; unknown: no telling. */
  readonly result: 'ok' | 'failed' | 'unknown'
  /** Positions in the array that was sent. */
  readonly refused: readonly { readonly position: number; readonly code: string }[]
  readonly error?: string
}

const answerSchema = z.object({
  admitted: z.number(),
  refused: z.array(z.object({ index: z.number().int().min(0), code: z.string() })),
})

/** Errors before a single byte of the request can have reached the node. */
const notConnected = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Sends transactions (their JSON objects) to a node. Never throws: every trouble is an outcome. */
export async function submit(request: {
  agent: Dispatcher
  url: string
  body: Buffer
  size: number
  token: string
  signal: AbortSignal
}): Promise<SubmissionOutcome> {
  try {
    const { statusCode, body } = await request.agent.request({
      origin: request.url,
      path: '/transactions',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${request.token}` },
      body: request.body,
      signal: request.signal,
    })
    if (statusCode === 202) return classify(await readJson(body), request.size)
    await body.dump()
    // By contract these take nothing; after any other server error there is no telling.
    const isRefusal = (statusCode >= 400 && statusCode < 500) || statusCode === 503
    return { result: isRefusal ? 'failed' : 'unknown', refused: [], error: `HTTP ${statusCode}` }
  } catch (error) {
    const failure = describeFailure(error)
    return { result: notConnected.has(failure) ? 'failed' : 'unknown', refused: [], error: failure }
  }
}

function classify(answer: unknown, size: number): SubmissionOutcome {
  const parsed = answerSchema.safeParse(answer)
  if (!parsed.success) {
    return { result: 'unknown', refused: [], error: 'the 202 answer is not {admitted, refused}' }
  }
  const { admitted, refused } = parsed.data
  if (admitted + refused.length !== size || refused.some(({ index }) => index >= size)) {
    return {
      result: 'unknown',
      refused: [],
      error: `the 202 answer counts ${admitted} admitted and ${refused.length} refused of ${size}`,
    }
  }
  return { result: 'ok', refused: refused.map(({ index, code }) => ({ position: index, code })) }
}
