import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { driverPhases } from '../../model/driver-config.ts'
import type { HistoryEvent, SubmissionEvent } from '../../model/event.ts'
import type { WorkloadFigures } from '../../workload/run.ts'

/** Whose decision finality is counted to: the first node's, or the last one's. */
type Scope = 'issuer' | 'all'

/** The driver's numbers for Prometheus: the client's view of the network. Verdicts come from the history alone. */
export interface DriverMetrics {
  /** A line of the driver's history, as it is written. */
  note(event: HistoryEvent): void
  /** The first decision on a transaction anywhere, or the one that makes it decided everywhere. */
  decided(decision: { scope: Scope; latencyMs: number; isAccepted: boolean }): void
  /** The Prometheus text. */
  text(): Promise<string>
}

/** From one round trip on a quiet machine to 500 nodes on two cores. */
const finalityBuckets = [
  0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 0.6, 1, 1.5, 2.5, 4, 6, 10, 15, 25, 40, 60, 120,
]
const results: readonly SubmissionEvent['result'][] = ['ok', 'failed', 'unknown']
const outcomes = ['accepted', 'rejected'] as const

export function createDriverMetrics(figures: () => WorkloadFigures): DriverMetrics {
  const registers = [new Registry()]
  const name = (rest: string) => `whiteout_driver_${rest}`
  const gauge = (rest: string, help: string, read?: (gauge: Gauge) => void) =>
    new Gauge({
      name: name(rest),
      help,
      registers,
      ...(read
        ? {
            collect() {
              read(this)
            },
          }
        : {}),
    })
  const counterOf = (rest: string, help: string, read: () => number) =>
    new Counter({
      name: name(`${rest}_total`),
      help,
      registers,
      collect() {
        this.reset()
        this.inc(read())
      },
    })

  counterOf('due_transactions', 'transactions that should have been sent by now', () => figures().due)
  counterOf('submitted_transactions', 'transactions sent once or more often', () => figures().submitted)
  counterOf('cpu_seconds', 'user and system CPU time of the driver', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  gauge('resident_memory_bytes', 'resident set of the driver', each => each.set(process.memoryUsage.rss()))
  gauge('ready_nodes', 'nodes that have taken part in consensus', each => each.set(figures().nodesReady))
  const lag = gauge(
    'event_loop_lag_seconds',
    '99th percentile of the event loop delay over the last second of warm-up or load',
  )
  new Gauge({
    name: name('phase'),
    help: '1 for the phase the driver is in',
    labelNames: ['phase'],
    registers,
    collect() {
      for (const phase of driverPhases) this.set({ phase }, phase === figures().phase ? 1 : 0)
    },
  })
  new Gauge({
    name: name('contradictions'),
    help: 'transactions on which correct nodes contradict each other so far: decided both ways, or both sides of a double-spend accepted',
    labelNames: ['kind'],
    registers,
    collect() {
      const { splits, doubleSpends } = figures().agreement
      this.set({ kind: 'decision' }, splits)
      this.set({ kind: 'double-spend' }, doubleSpends.violated)
    },
  })
  new Gauge({
    name: name('double_spends'),
    help: 'double-spends by what became of them so far: one side accepted, none decided, both accepted',
    labelNames: ['outcome'],
    registers,
    collect() {
      const { accepted, violated } = figures().agreement.doubleSpends
      for (const [outcome, count] of Object.entries({
        accepted,
        undecided: figures().contestedOpen,
        violated,
      }))
        this.set({ outcome }, count)
    },
  })
  const submissions = new Counter({
    name: name('submissions_total'),
    help: 'requests to nodes by result: ok was taken, failed surely was not, unknown had no answer',
    labelNames: ['result'],
    registers,
  })
  const decided = new Counter({
    name: name('decided_transactions_total'),
    help: 'transactions decided at some node, by the first outcome',
    labelNames: ['outcome'],
    registers,
  })
  // A series that is there from the start has a rate from its first event on.
  for (const result of results) submissions.inc({ result }, 0)
  for (const outcome of outcomes) decided.inc({ outcome }, 0)
  const finality = new Histogram({
    name: name('finality_seconds'),
    help: 'from the intended time of a transaction to its acceptance at the first node (issuer) and at the last (all)',
    labelNames: ['scope'],
    buckets: finalityBuckets,
    registers,
  })
  finality.zero({ scope: 'issuer' })
  finality.zero({ scope: 'all' })

  return {
    note: event => {
      if (event.type === 'submission') submissions.inc({ result: event.result })
      if (event.type === 'driver') lag.set(event.lagP99Ms / 1000)
    },
    decided: ({ scope, latencyMs, isAccepted }) => {
      if (scope === 'issuer') decided.inc({ outcome: isAccepted ? 'accepted' : 'rejected' })
      if (isAccepted) finality.observe({ scope }, latencyMs / 1000)
    },
    text: () => registers[0]!.metrics(),
  }
}
