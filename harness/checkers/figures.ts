import type { PercentilesOrLost } from '../../model/verdict.ts'
import { type Figures, type Ranks, ranks } from '../history/ranks.ts'
import { isMeasured, type Observations, type TransactionFacts } from './observations.ts'

/** Undefined when the history does not say when the load began and ended. */
export function throughputOf(
  observations: Observations,
): { tps: number; intendedTps: number; seconds: number } | undefined {
  const { load, driver } = observations
  if (!load || load.endedAt <= load.beganAt) return undefined
  const seconds = (load.endedAt - load.beganAt) / 1000
  const intended = driver.at(-1)?.intended ?? 0
  return {
    tps: acceptedInLoad(observations, load) / seconds,
    intendedTps: intended / seconds,
    seconds,
  }
}

/** What the warm-up left behind is not carried by the load. */
function acceptedInLoad(observations: Observations, { beganAt, endedAt }: NonNullable<Observations['load']>) {
  return acceptedBetween(observations.transactions, beganAt, endedAt, index =>
    isMeasured(observations, index),
  )
}

/** Transactions first accepted in [from, to), of those that count. */
export function acceptedBetween(
  transactions: TransactionFacts,
  from: number,
  to: number,
  counts: (index: number) => boolean = () => true,
): number {
  let count = 0
  for (let index = 0; index < transactions.count; index++) {
    const at = transactions.firstAcceptedAt(index)
    if (at >= from && at < to && counts(index)) count++
  }
  return count
}

/**
 * Times from the intended send to acceptance, milliseconds; of unconflicted transactions that were sent. One that was not accepted
 * counts as infinite, because leaving it out would make a network that loses things look fast.
 * @param counts which of them: by default those of the measured load
 * @param where first: at the node that accepted it first, as its client sees it; all: at the last node that runs
 */
export function finality(
  observations: Observations,
  where: 'first' | 'all',
  counts: (index: number) => boolean = index => isMeasured(observations, index),
): Figures {
  const { transactions, nodes } = observations
  const running = nodes.filter(({ isDown }) => !isDown)
  return visit => {
    for (let index = 0; index < transactions.count; index++) {
      if (transactions.offers(index) === 0 || transactions.rival(index) !== -1) continue
      if (!counts(index)) continue
      const isEverywhere = transactions.acceptedCount(index) === nodes.length || isAcceptedBy(running, index)
      const acceptedAt =
        where === 'first'
          ? transactions.firstAcceptedAt(index)
          : isEverywhere
            ? transactions.lastAcceptedAt(index)
            : Number.POSITIVE_INFINITY
      visit(acceptedAt - transactions.intendedAt(index))
    }
  }
}

/** Percentiles of finality that anybody asks for. */
export const percents = [50, 95, 99] as const

const known = new WeakMap<Observations, Map<'first' | 'all', Ranks>>()

/** The percentiles of finality, gone through once for all who ask: a day has millions of transactions. */
export function finalityRanks(observations: Observations, where: 'first' | 'all'): Ranks {
  const ofThese = known.get(observations) ?? new Map<'first' | 'all', Ranks>()
  known.set(observations, ofThese)
  const found = ofThese.get(where) ?? ranks(finality(observations, where), percents)
  ofThese.set(where, found)
  return found
}

function isAcceptedBy(nodes: Observations['nodes'], index: number): boolean {
  return nodes.length > 0 && nodes.every(({ outcomes }) => outcomes.get(index) === 1)
}

/** Tenths of a millisecond are real, more digits are not. Infinite is null, because JSON has no infinity. */
export function percentiles({ values }: Ranks): PercentilesOrLost {
  const [p50, p95, p99] = values.map(value =>
    value === undefined || value === Number.POSITIVE_INFINITY ? null : value,
  )
  return { p50: p50!, p95: p95!, p99: p99! }
}
