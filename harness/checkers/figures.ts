import { isMeasured, type TransactionFacts } from '../history/facts.ts'
import { finality, type Where } from '../history/finality.ts'
import { percents, type Ranks, ranks } from '../history/ranks.ts'
import type { Observations } from './observations.ts'

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

const known = new WeakMap<Observations, Map<Where, Ranks>>()

/** The percentiles of finality, gone through once for all who ask: a day has millions of transactions. */
export function finalityRanks(observations: Observations, where: Where): Ranks {
  const ofThese = known.get(observations) ?? new Map<Where, Ranks>()
  known.set(observations, ofThese)
  const found = ofThese.get(where) ?? ranks(finality(observations, where), percents)
  ofThese.set(where, found)
  return found
}
