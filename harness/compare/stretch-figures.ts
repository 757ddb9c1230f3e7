import type { Report, Series } from '../../model/report.ts'
import { comparedFigures } from './side.ts'

/** Batches a run is cut into: as many as the method of batch means usually takes (Law, Simulation Modeling and Analysis, 9.5.3). */
const batches = 10
/** The begin of a run without a warm-up is left out: nothing is accepted yet, and processes are cold. */
const coldShare = 0.1

/** By stretch; null where a percentile is lost, undefined where there was nothing to have one. */
type Values = readonly (number | null | undefined)[]

/** Figures over time in the place of a figure of the whole run, under names that do not promise that one. */
const series: Readonly<Record<string, { readonly name: string; readonly of: (series: Series) => Values }>> = {
  throughput: { name: "batches' throughput", of: ({ acceptedTps }) => acceptedTps },
  'finality p50, issuer': percentiles('p50, issuer', ({ finalityMs }) => finalityMs.p50),
  'finality p95, issuer': percentiles('p95, issuer', ({ finalityMs }) => finalityMs.p95),
  'finality p50, everywhere': percentiles('p50, everywhere', ({ finalityAllMs }) => finalityAllMs.p50),
  'finality p95, everywhere': percentiles('p95, everywhere', ({ finalityAllMs }) => finalityAllMs.p95),
}

/** A stretch in which nothing was due has no percentile, and lost none either. */
function percentiles(name: string, of: (series: Series) => readonly (number | null)[]) {
  return {
    name: `batches' ${name}`,
    of: (found: Series): Values =>
      of(found).map((value, index) =>
        found.finalityMs.p50[index] === null && found.lost[index] === 0 ? undefined : value,
      ),
  }
}

/** The figures that one run alone gives several of: the means of its batches. */
export const stretchFigures = comparedFigures.flatMap(({ name, unit, better }) => {
  const found = series[name]
  if (found === undefined) return []
  const of = (report: Report): (number | null)[] => batchMeans(report, found.of)
  return [{ name: found.name, unit, better, of }]
})

/** A batch that holds a lost percentile is lost as a whole. */
function batchMeans(
  { series: found, loadMs, warmupMs }: Report,
  of: (series: Series) => Values,
): (number | null)[] {
  if (found === null || loadMs === null) return []
  // Only whole stretches of the load: after it nothing is sent.
  const count = Math.floor((warmupMs + loadMs) / found.bucketMs)
  const first = warmupMs > 0 ? Math.ceil(warmupMs / found.bucketMs) : Math.ceil(count * coldShare)
  const values = of(found).slice(first, count)
  const size = Math.floor(values.length / batches)
  if (size === 0) return []
  return Array.from({ length: batches }, (_, batch) => {
    const inside = values.slice(batch * size, (batch + 1) * size).filter(value => value !== undefined)
    return inside.includes(null) ? null : average(inside as number[])
  }).filter(mean => mean !== undefined)
}

function average(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
}
