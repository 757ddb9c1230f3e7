import { isMeasured } from '../history/facts.ts'
import { isUnconflicted } from '../history/finality.ts'
import type { Observations } from './observations.ts'
import type { Span, Undisturbed } from './undisturbed.ts'

/** Load is judged by the minute. */
const windowMs = 60_000

/** What became of the transactions that were due in a window. */
export interface Cohort extends Span {
  readonly due: number
  /** Those accepted at the issuer in time. */
  readonly inTime: number
}

/**
 * The transactions due in each window of the undisturbed load, and how many were in time. A window lasts a minute, or the whole load if
 * shorter; the last one ends with the load and overlaps the one before.
 */
export function cohorts(observations: Observations, load: Undisturbed, withinMs: number): Cohort[] {
  const { transactions } = observations
  const begins = windowBegins(load.lengthMs)
  const length = Math.min(windowMs, load.lengthMs)
  const due = begins.map(() => 0)
  const inTime = begins.map(() => 0)
  const last = begins.length - 1
  for (let index = 0; index < transactions.count; index++) {
    const position = judgedPosition(observations, load, index, withinMs)
    if (position === undefined) continue
    const isInTime = transactions.firstAcceptedAt(index) - transactions.intendedAt(index) <= withinMs
    const count = (window: number) => {
      due[window]!++
      if (isInTime) inTime[window]!++
    }
    const own = Math.floor(position / windowMs)
    if (own < last) count(own)
    if (position >= begins[last]!) count(last)
  }
  return begins.map((begin, window) => ({
    fromMs: load.moment(begin),
    toMs: load.moment(begin + length),
    due: due[window]!,
    inTime: inTime[window]!,
  }))
}

function windowBegins(lengthMs: number): number[] {
  if (lengthMs <= windowMs) return [0]
  const whole = Math.ceil(lengthMs / windowMs) - 1
  return [...Array.from({ length: whole }, (_, window) => window * windowMs), lengthMs - windowMs]
}

/**
 * Where in the undisturbed load a transaction was due. Undefined of those that are not judged: of the warm-up, under faults, with a
 * double-spend, or with a time that was not over when the history broke off.
 */
export function judgedPosition(
  observations: Observations,
  load: Undisturbed,
  index: number,
  withinMs: number,
): number | undefined {
  const { transactions, end } = observations
  if (!isUnconflicted(observations, index) || !isMeasured(observations, index)) return undefined
  const dueAt = transactions.intendedAt(index)
  const isOpen =
    end?.reason !== 'done' &&
    transactions.firstAcceptedAt(index) === Number.POSITIVE_INFINITY &&
    dueAt + withinMs > (end?.at ?? 0)
  return isOpen ? undefined : load.position(dueAt)
}
