import type { Plan } from '../../model/plan.ts'

/**
 * CPU per transaction and node when the cores are full, with votes, vertices and all: 384 and 389 us with 20 nodes at 800 and 400
 * transactions a second, 381 us with 150 nodes at 56, each on 2 cores. A network with room to spare takes more, because it wakes up for less.
 */
const fullSeconds = 385e-6
/** The part of the cores that nodes get: driver, Prometheus and engine take the rest. With 20 nodes they came to 1.75 to 1.87 of 2. */
const nodesShare = 0.9

/** What a load takes of the cores that all nodes share. */
export interface Demand {
  readonly cores: number
  /** The rate that just fits, transactions a second. */
  readonly fittingRate: number
  readonly isCarried: boolean
}

/** @param nodes processes, the second containers of twins included */
export function demandOf({
  nodes,
  cpus,
  rate,
}: {
  readonly nodes: number
  readonly cpus: number
  readonly rate: number
}): Demand {
  const cores = rate * nodes * fullSeconds
  const fittingRate = (nodesShare * cpus) / (nodes * fullSeconds)
  return { cores, fittingRate, isCarried: rate <= fittingRate }
}

/**
 * `56 TPS at 150 nodes takes 3.2 of 2 cores (150 nodes x 385 us a transaction); 31 TPS fit`: what is said before a load that was asked for
 * and cannot be carried; undefined for others.
 */
export function overloadOf({
  nodes,
  cpus,
  workload,
}: Pick<Plan, 'nodes' | 'cpus' | 'workload'>): string | undefined {
  const { rate, rateSource } = workload
  const count = nodes.length
  const { cores, fittingRate, isCarried } = demandOf({ nodes: count, cpus, rate })
  if (rateSource !== 'asked' || isCarried) return undefined
  const fits = fittingRate < 10 ? Math.floor(10 * fittingRate) / 10 : Math.floor(fittingRate)
  return `${rate.toLocaleString('en')} TPS at ${count} nodes takes ${cores.toFixed(1)} of ${cpus} ${cpus === 1 ? 'core' : 'cores'} (${count} nodes x ${Math.round(fullSeconds * 1e6)} us a transaction, and nodes get ${100 * nodesShare} % of the cores); ${fits.toLocaleString('en')} TPS fit`
}
