import type { HistoryEvent, SubmissionEvent } from '../../model/event.ts'
import type { Occurrence } from '../../model/fault.ts'
import type { Plan } from '../../model/plan.ts'
import { ClockTrack } from '../checkers/clock-track.ts'
import { Fold } from '../history/fold.ts'
import { percentiles, percents, ranks } from '../history/ranks.ts'
import type { Phase } from './phases.ts'

/** What a phase came to. */
export interface Measured {
  /** FINAL: all that was submitted early enough was final in the phase; STALLED: nothing was; else SLOW. */
  readonly outcome: 'FINAL' | 'SLOW' | 'STALLED' | 'NOT MEASURED'
  /** Transactions that count: taken by a node that was not silent, in the first half of the phase. */
  readonly submitted: number
  readonly final: number
  /**
   * Finality at the node that took it, from the request that it took, milliseconds; null is longer than the rest of the phase. What
   * clients wait for an answer of a silent node before they try another one is none of the rule's time.
   */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
}

/** Folds the history of one run into what its phases came to. */
export async function measurePhases(
  plan: Plan,
  phases: readonly Phase[],
  history: Iterable<HistoryEvent> | AsyncIterable<HistoryEvent>,
): Promise<Measured[]> {
  const taken: SubmissionEvent[] = []
  /** When each transaction was accepted where, by `node/transaction`. */
  const acceptedAt = new Map<string, number>()
  const steps = new Map<string, number>()
  const clocks = new ClockTrack()
  const fold = new Fold({
    nodeCount: plan.nodes.length,
    byzantine: plan.byzantine,
    onAccepted: ({ node, transaction, at }) => acceptedAt.set(`${node}/${transaction}`, at),
  })
  for await (const event of history) {
    fold.add(event)
    if (event.type === 'fault') steps.set(`${event.id}/${event.step}`, event.at)
    if (event.type === 'submission' && event.result === 'ok') taken.push(event)
    if (event.type === 'clock' || event.type === 'step' || event.type === 'epoch') clocks.add(event)
  }
  const faults = [...plan.faults]
  return phases.map(phase => {
    const fault = phase.silent > 0 ? faults.shift() : undefined
    const window = windowOf(phase, fault, steps, fold.times.beganAt ?? Number.NaN)
    const isKnown = window && clocks.doubt({ from: window.beganAt, to: window.endedAt }) === undefined
    return isKnown ? measure(window, fault, taken, acceptedAt) : notMeasured
  })
}

const notMeasured: Measured = { outcome: 'NOT MEASURED', submitted: 0, final: 0, p50Ms: null, p95Ms: null }

interface Window {
  readonly beganAt: number
  readonly endedAt: number
}

/** From when the nodes were measured to be silent until they were about not to be. */
function windowOf(
  { atMs, forMs }: Phase,
  fault: Occurrence | undefined,
  steps: ReadonlyMap<string, number>,
  loadBeganAt: number,
): Window | undefined {
  if (!fault) return { beganAt: loadBeganAt + atMs, endedAt: loadBeganAt + atMs + forMs }
  const beganAt = steps.get(`${fault.id}/injected`)
  const endedAt = steps.get(`${fault.id}/heal`)
  return beganAt !== undefined && endedAt !== undefined ? { beganAt, endedAt } : undefined
}

function measure(
  { beganAt, endedAt }: Window,
  fault: Occurrence | undefined,
  taken: readonly SubmissionEvent[],
  acceptedAt: ReadonlyMap<string, number>,
): Measured {
  const silent = new Set(fault?.targets)
  // Later ones may be under way when the phase ends: that they are not final says nothing.
  const until = (beganAt + endedAt) / 2
  const latencies: number[] = []
  for (const { at, node, transactions } of taken) {
    if (silent.has(node) || at < beganAt || at >= until) continue
    for (const transaction of transactions) {
      const finalAt = acceptedAt.get(`${node}/${transaction}`) ?? Number.POSITIVE_INFINITY
      latencies.push(finalAt < endedAt ? finalAt - at : Number.POSITIVE_INFINITY)
    }
  }
  const submitted = latencies.length
  const final = latencies.filter(ms => ms < Number.POSITIVE_INFINITY).length
  const { p50, p95 } = percentiles(ranks(visit => latencies.forEach(visit), percents))
  if (submitted === 0) return notMeasured
  const outcome = final === submitted ? 'FINAL' : final === 0 ? 'STALLED' : 'SLOW'
  return { outcome, submitted, final, p50Ms: p50, p95Ms: p95 }
}
