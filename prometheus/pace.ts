import type { Plan } from '../model/plan.ts'

/** CPU of one scrape of a node, both ends together, milliseconds: 2.2 with 100 idle nodes (npm run bench:scrape), and more where their code is interpreted. */
const scrapeMs = 4
/** Share of all cores that scraping may take. */
const share = 0.04

const intervalSeconds = { min: 2, max: 60 } as const
/** A scrape that takes longer than this is worth no more CPU of a machine that is busy anyway. */
const timeoutSeconds = { min: 1, max: 10 } as const

/** The driver and the harness are two targets, however many nodes there are: throughput and finality are always fresh. */
export const driverSeconds = 2
/** Five samples of the driver: a rate over fewer jumps. */
export const driverWindowSeconds = 5 * driverSeconds

/**
 * Seconds between two scrapes of a node: N scrapes a round are to stay below 4 % of the cores, which gives 2 s up to 40 nodes, 5 s for 100 and
 * 25 s for 500 on 2 cores.
 */
export function nodeSeconds({ nodes, cpus }: Pick<Plan, 'nodes' | 'cpus'>): number {
  const wanted = Math.ceil((nodes.length * scrapeMs) / (share * cpus * 1000))
  return Math.min(intervalSeconds.max, Math.max(intervalSeconds.min, wanted))
}

/** How long a scrape may take: half of the interval, so that a node that is dead or frozen never holds two at a time. */
export function timeoutSecondsOf(interval: number): number {
  return Math.min(timeoutSeconds.max, Math.max(timeoutSeconds.min, Math.floor(interval / 2)))
}

/** What a rate of nodes' counters is taken over: four scrapes, so that one that fails leaves no gap. */
export function nodeWindowSeconds(plan: Pick<Plan, 'nodes' | 'cpus'>): number {
  return Math.max(driverWindowSeconds, 4 * nodeSeconds(plan))
}
