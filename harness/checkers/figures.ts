import type { PercentilesOrLost } from '../../model/verdict.ts'
import type { Observations, TransactionFacts } from './observations.ts'

/** Undefined when the history does not say when the load began and ended. */
export function throughputOf(
  observations: Observations,
): { tps: number; intendedTps: number; seconds: number } | undefined {
  const { load, transactions, driver } = observations
  if (!load || load.endedAt <= load.beganAt) return undefined
  const seconds = (load.endedAt - load.beganAt) / 1000
  const intended = driver.at(-1)?.intended ?? 0
  return {
    tps: acceptedBetween(transactions, load.beganAt, load.endedAt) / seconds,
    intendedTps: intended / seconds,
    seconds,
  }
}

/** Transactions first accepted in [from, to). */
export function acceptedBetween(transactions: TransactionFacts, from: number, to: number): number {
  let count = 0
  for (let index = 0; index < transactions.count; index++) {
    const at = transactions.firstAcceptedAt(index)
    if (at >= from && at < to) count++
  }
  return count
}

/**
 * Times from the intended send to acceptance, milliseconds, sorted; unconflicted transactions that were sent. One that
 * was not accepted counts as infinite, because leaving it out would make a network that loses things look fast.
 * @param where first: at the node that accepted it first, as its client sees it; all: at the last node that runs
 */
export function finality(observations: Observations, where: 'first' | 'all'): Float64Array {
  const { transactions, nodes } = observations
  const running = nodes.filter(({ isDown }) => !isDown)
  const latencies: number[] = []
  for (let index = 0; index < transactions.count; index++) {
    if (transactions.offers(index) === 0 || transactions.rival(index) !== -1) continue
    const isEverywhere = transactions.acceptedCount(index) === nodes.length || isAcceptedBy(running, index)
    const acceptedAt =
      where === 'first'
        ? transactions.firstAcceptedAt(index)
        : isEverywhere
          ? transactions.lastAcceptedAt(index)
          : Number.POSITIVE_INFINITY
    latencies.push(acceptedAt - transactions.intendedAt(index))
  }
  return Float64Array.from(latencies).sort()
}

function isAcceptedBy(nodes: Observations['nodes'], index: number): boolean {
  return nodes.length > 0 && nodes.every(({ outcomes }) => outcomes.get(index) === 1)
}

/** Nearest-rank percentile of sorted figures; undefined of nothing. */
export function percentile(sorted: Float64Array, percent: number): number | undefined {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]
}

/** Tenths of a millisecond are real, more digits are not. Infinite is null, because JSON has no infinity. */
export function percentiles(sorted: Float64Array): PercentilesOrLost {
  const at = (percent: number) => {
    const value = percentile(sorted, percent)
    return value === undefined || value === Number.POSITIVE_INFINITY ? null : Math.round(value * 10) / 10
  }
  return { p50: at(50), p95: at(95), p99: at(99) }
}
