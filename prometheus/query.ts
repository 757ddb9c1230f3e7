import { z } from 'zod'

/** A series of a range query: its labels, and pairs of seconds since the epoch and value. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly points: readonly (readonly [number, number])[]
}

const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({
      resultType: z.literal('matrix'),
      result: z.array(
        z.object({
          metric: z.record(z.string(), z.string()),
          values: z.array(z.tuple([z.number(), z.string()])),
        }),
      ),
    }),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
])

/** Path and query of a range query (Prometheus HTTP API v1); times in seconds since the epoch. */
export function rangeQuery(range: {
  readonly expr: string
  readonly from: number
  readonly to: number
  readonly step: number
}): string {
  const parameters = { query: range.expr, start: range.from, end: range.to, step: range.step }
  const text = Object.entries(parameters).map(([name, value]) => [name, String(value)])
  return `/api/v1/query_range?${new URLSearchParams(Object.fromEntries(text))}`
}

/**
 * Reads the answer to a range query.
 * @throws Error with what Prometheus says is wrong with the query
 */
export function readSeries(answer: unknown): readonly Series[] {
  const parsed = answerSchema.parse(answer)
  if (parsed.status === 'error') throw new Error(`${parsed.errorType}: ${parsed.error}`)
  return parsed.data.result.map(({ metric, values }) => ({
    labels: metric,
    points: values.map(([at, value]) => [at, Number(value.replace('Inf', 'Infinity'))]),
  }))
}
