import { setTimeout as delay } from 'node:timers/promises'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import {
  type CounterName,
  counterNames,
  type Metrics,
  type NodeControl,
  type NodeStatus,
} from '../host/ports.ts'

const finalityBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Of 500 nodes each could catch 160 others: so many series would cost more than all else. */
const caughtLimit = 16

/** The node's numbers on a registry of its own; names carry units, counters end in _total. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry()
  /** Plain numbers, handed to prom-client at scrape: its own increment costs a hash of labels each time. */
  readonly #counts = new Map<CounterName, number>(counterNames.map(name => [name, 0]))
  readonly #finality: Histogram

  constructor(
    status: () => NodeStatus,
    storeBytes: () => number,
    caught: () => ReturnType<NodeControl['caught']>,
  ) {
    const registers = [this.#registry]
    const counter = (name: string, help: string, read: () => number) =>
      new Counter({
        name: `whiteout_node_${name}_total`,
        help,
        registers,
        collect() {
          this.reset()
          this.inc(read())
        },
      })
    for (const name of counterNames) {
      const help = `${name.replaceAll('_', ' ')} since the process started`
      counter(name, help, () => this.#counts.get(name)!)
    }
    counter('cpu_seconds', 'user and system CPU time of the process', cpuSeconds)
    this.#finality = new Histogram({
      name: 'whiteout_node_finality_seconds',
      help: 'from admission of a transaction at this node to its decision here',
      buckets: finalityBuckets,
      registers,
    })
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name: `whiteout_node_${name}`,
        help,
        registers,
        collect() {
          this.set(read())
        },
      })
    gauge('peers', 'peers connected now', () => status().peers)
    gauge('processing_vertices', 'vertices with an undecided transaction', () => status().processing)
    gauge('queued_transactions', 'admitted transactions in no vertex yet', () => status().queued)
    gauge('accepted_transactions', 'accepted transactions in the store', () => status().accepted)
    gauge('start_time_seconds', 'when the process started, since the epoch', () => status().startedAt / 1000)
    gauge('resident_memory_bytes', 'resident set of the process', () => process.memoryUsage.rss())
    gauge(
      'event_loop_utilization_ratio',
      'busy share of the event loop since the last scrape',
      loopUtilization(),
    )
    new Gauge({
      name: 'whiteout_node_event_loop_lag_seconds',
      help: 'how much later than asked a timer ran, tried once a scrape',
      registers,
      async collect() {
        this.set(await loopLag())
      },
    })
    new Gauge({
      name: 'whiteout_node_offences',
      help: `how often a peer was caught at what no correct node does, the first ${caughtLimit} of them`,
      labelNames: ['peer', 'offence'],
      registers,
      collect() {
        this.reset()
        for (const { node, offence, count } of caught().slice(0, caughtLimit))
          this.set({ peer: `node-${node}`, offence }, count)
      },
    })
    gauge('store_bytes', 'files of the database and its log', storeBytes)
  }

  add(counter: CounterName, amount = 1): void {
    this.#counts.set(counter, this.#counts.get(counter)! + amount)
  }

  observeFinality(seconds: number): void {
    this.#finality.observe(seconds)
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function loopUtilization(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  }
}

/** One timer a scrape: watching the loop all the time would wake every node 50 times a second. */
async function loopLag(): Promise<number> {
  const askedMs = 1
  const startedAt = performance.now()
  await delay(askedMs)
  return Math.max(0, performance.now() - startedAt - askedMs) / 1000
}
