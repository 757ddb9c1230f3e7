import type { Dispatcher } from 'undici'
import type { Health } from '../../model/ports/client.ts'
import { describeFailure } from '../../workload/failure.ts'
import { readJson } from './http.ts'

/** One GET /healthz. */
export async function healthOf(request: {
  agent: Dispatcher
  url: string
  signal: AbortSignal
}): Promise<Health> {
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
