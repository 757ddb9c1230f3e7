import { request } from 'undici'
import type { RunningNetwork } from '../../../model/backend.ts'
import { direct } from '../../direct-http.ts'
import { note, type RunContext } from '../context.ts'

const answerWithinMs = 10_000

/** Where the metrics are, or that they are not: nothing of a run depends on Prometheus, but nobody should wait for its charts either. */
export async function tellMetrics(context: RunContext, network: RunningNetwork): Promise<void> {
  const { prometheusUrl, grafanaUrl } = network
  if (prometheusUrl === undefined) return
  const failure = await whyNot(prometheusUrl)
  if (failure === undefined) context.reporter.line(`metrics: ${prometheusUrl}`)
  else
    note(
      context,
      'warning',
      `no metrics in this run: ${failure}; see logs/prometheus.log of the run directory`,
    )
  if (grafanaUrl !== undefined) context.reporter.line(`dashboards: ${grafanaUrl}`)
}

/** An answer of whatever kind shows that it runs: while it reads its data it says 503. */
async function whyNot(url: string): Promise<string | undefined> {
  try {
    const { body } = await request(`${url}/-/ready`, {
      dispatcher: direct,
      signal: AbortSignal.timeout(answerWithinMs),
    })
    await body.dump()
    return undefined
  } catch (error) {
    return `Prometheus does not answer (${(error as Error).message})`
  }
}
