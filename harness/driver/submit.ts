import type { Dispatcher } from 'undici'
import { z } from 'zod'
import type { SubmissionOutcome } from '../../model/ports/client.ts'
import { describeFailure } from '../../workload/failure.ts'
import { readJson } from './http.ts'

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
    if (statusCode === 202) return classify(await jsonOf(body), request.size)
    await body.dump()
    if (statusCode < 400) return outside(`expected HTTP 202, got ${statusCode}`)
    // By contract these take nothing; after any other server error there is no telling.
    const isRefusal = (statusCode >= 400 && statusCode < 500) || statusCode === 503
    return { result: isRefusal ? 'failed' : 'unknown', refused: [], error: `HTTP ${statusCode}` }
  } catch (error) {
    const failure = describeFailure(error)
    return { result: notConnected.has(failure) ? 'failed' : 'unknown', refused: [], error: failure }
  }
}

/** @throws when the connection breaks; undefined when the answer is no JSON */
async function jsonOf(body: AsyncIterable<Buffer>): Promise<unknown> {
  return readJson(body).catch(error => {
    if (error instanceof SyntaxError) return undefined
    throw error
  })
}

function classify(answer: unknown, size: number): SubmissionOutcome {
  const parsed = answerSchema.safeParse(answer)
  if (!parsed.success) return outside('the 202 answer is not {admitted, refused}')
  const { admitted, refused } = parsed.data
  if (admitted + refused.length !== size || refused.some(({ index }) => index >= size)) {
    return outside(`the 202 answer counts ${admitted} admitted and ${refused.length} refused of ${size}`)
  }
  return { result: 'ok', refused: refused.map(({ index, code }) => ({ position: index, code })) }
}

/** Nobody can tell what such a node took. */
function outside(error: string): SubmissionOutcome {
  return { result: 'unknown', refused: [], error, isOutside: true }
}
