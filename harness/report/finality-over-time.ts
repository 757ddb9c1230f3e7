import type { Series } from '../../model/report.ts'
import type { Facts } from '../history/facts.ts'
import { finalityWithin, isUnconflicted, type Where } from '../history/finality.ts'
import { percentiles, percents, ranks } from '../history/ranks.ts'

/** Equal stretches of time since an origin. What was due before it counts to the first. */
interface Stretching {
  readonly originAt: number
  readonly widthMs: number
  readonly count: number
}

/** The transactions due in a stretch, among others: those from `first` up to and without `end`. */
interface Range {
  first: number
  end: number
}

/**
 * Finality of the transactions due in each stretch, by the percentiles of the verdict. Transactions are declared in the order in which
 * they are due, so those of a stretch stand together and each stretch goes through its own alone.
 */
export function finalityOverTime(
  facts: Facts,
  stretching: Stretching,
): Pick<Series, 'finalityMs' | 'finalityAllMs' | 'lost'> {
  const stretchOf = (index: number) => {
    const ms = facts.transactions.intendedAt(index) - stretching.originAt
    return Math.max(0, Math.floor(ms / stretching.widthMs))
  }
  const ranges = rangesOf(facts, stretching.count, stretchOf)
  const over = (where: Where) =>
    ranges.map((range, stretch) =>
      ranks(
        finalityWithin(facts, where, range, index => stretchOf(index) === stretch),
        percents,
      ),
    )
  const columns = (found: ReturnType<typeof over>) => {
    const rows = found.map(percentiles)
    return {
      p50: rows.map(({ p50 }) => p50),
      p95: rows.map(({ p95 }) => p95),
      p99: rows.map(({ p99 }) => p99),
    }
  }
  const first = over('first')
  return {
    finalityMs: columns(first),
    finalityAllMs: columns(over('all')),
    lost: first.map(({ lost }) => lost),
  }
}

function rangesOf(facts: Facts, count: number, stretchOf: (index: number) => number): Range[] {
  const ranges = Array.from({ length: count }, (): Range => ({ first: 0, end: 0 }))
  for (let index = 0; index < facts.transactions.count; index++) {
    if (!isUnconflicted(facts, index)) continue
    const range = ranges[stretchOf(index)]!
    if (range.end === 0) range.first = index
    range.end = index + 1
  }
  return ranges
}
