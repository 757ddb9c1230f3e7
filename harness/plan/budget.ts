import type { Machine } from '../../model/machine.ts'
import type { Aftermath } from '../../model/plan.ts'
import { noAftermath, recoverySeconds } from './aftermath.ts'
import {
  coresUsed,
  coreTerms,
  count,
  describeSum,
  type Load,
  linkSeconds,
  rateThatFits,
  startSeconds,
  transactionSeconds,
  twoDigits,
  vertexSeconds,
} from './cost-model.ts'
import { hasFullMesh, linksAnew, neighbourCount } from './tuning.ts'

/**
 * How much of the machine the default load takes: the default rate, and how much of it goes into one vertex. What
 * things cost is said by the cost model.
 */

/** A network as the budget sees it. */
export type Network = Pick<Load, 'nodes' | 'alpha' | 'collectors'>

/** Share of the cores for the default load: less than they carry, so that it passes on a machine that is not idle. */
const loadShare = 0.6
/** Share of the cores for vertices at least, which decides how long transactions wait to share one. */
const vertexShare = 0.3
/**
 * Share of the cores for a recovery: 50 nodes on 2 cores take longer than the target of 10 s for links and vertices alone, so
 * the limit of 30 s counts. The rest is for votes that nobody asks for, connections and whatever else the machine does.
 */
const recoveryShare = 0.6
/** Share of the cores in that time for the vertices that were missed. */
const stallVertexShare = 0.1
/** Below this share of the usual rate little is gained: what takes the time then are links and vertices. */
const leastOfSteady = 0.25

/** Intervals people can reason about; the last one bounds the wait that sharing a vertex adds to a latency. */
const issueIntervalSteps = [
  10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000, 2500, 3000, 4000,
  5000, 10_000,
] as const

/** A wait that batching at the driver may add to a latency, milliseconds. */
const batchMsLimits = { min: 5, max: 50 } as const

/** How much of intended time the driver sends to one node together, so that requests per second stay affordable, milliseconds. */
export function batchMs(issueIntervalMs: number): number {
  return Math.min(batchMsLimits.max, Math.max(batchMsLimits.min, Math.floor(issueIntervalMs / 2)))
}

/**
 * How long transactions wait to share a vertex, milliseconds: so that vertices stay affordable, and those that faults keep back can be
 * worked off with the rest.
 * @param rate transactions per second: what they leave of the default load's share goes to vertices; left out, as many as fit
 */
export function issueInterval(
  network: Network,
  machine: Machine,
  { backlogMs } = noAftermath,
  rate = Number.POSITIVE_INFINITY,
): number {
  const cost = vertexSeconds(machine, network)
  const left =
    loadShare * machine.cores -
    coresUsed(machine, { ...network, rate, issueIntervalMs: Number.POSITIVE_INFINITY })
  const steady = (cost * 1000) / Math.max(left, vertexShare * machine.cores)
  const afterwards = (cost * backlogMs) / (stallVertexShare * machine.cores * recoverySeconds)
  const affordable = Math.max(steady, afterwards)
  return issueIntervalSteps.find(step => step >= affordable) ?? issueIntervalSteps.at(-1)!
}

/** The default rate in transactions per second, in two significant digits and never zero. */
export function affordableRate(network: Network, machine: Machine, aftermath = noAftermath): number {
  const steady = steadyRate(network, machine)
  if (aftermath.backlogMs === 0) return steady
  const least = steady * leastOfSteady
  return Math.min(steady, someRate(Math.max(least, recoverableRate(network, machine, aftermath))))
}

/** What fits a fixed share of the cores for as long as you like. */
function steadyRate(network: Network, machine: Machine): number {
  return someRate(
    rateThatFits(machine, { ...network, issueIntervalMs: issueInterval(network, machine) }, loadShare),
  )
}

/** The rate that fits the same share when each transaction has a vertex of its own, as where turns are short (tuning.ts). */
export function rateAlone(network: Network, machine: Machine): number {
  return someRate(rateThatFits(machine, { ...network, issueIntervalMs: 1 }, loadShare))
}

/**
 * What can be worked off within `recoverySeconds` of faults: the starts and links, then the transactions and vertices that
 * were missed, beside the load that goes on.
 */
function recoverableRate(network: Network, machine: Machine, aftermath: Aftermath): number {
  const { nodes } = network
  const { cores } = machine
  const peers = hasFullMesh(nodes, cores, aftermath) ? nodes - 1 : neighbourCount(nodes)
  const anew =
    aftermath.restarts * startSeconds(machine) + linksAnew(nodes, peers, aftermath) * linkSeconds(machine)
  const seconds = aftermath.backlogMs / 1000 + recoverySeconds
  const vertices = Math.min(
    (seconds * vertexSeconds(machine, network) * 1000) / issueInterval(network, machine, aftermath),
    0.5 * recoveryShare * cores * recoverySeconds,
  )
  const cpuSeconds = recoveryShare * cores * recoverySeconds - anew - vertices
  return cpuSeconds / (seconds * transactionSeconds(machine, nodes))
}

/** One sentence that says where the default rate comes from. */
export function explainRate(network: Network, machine: Machine, aftermath = noAftermath): string {
  const rate = affordableRate(network, machine, aftermath)
  const load = { ...network, rate, issueIntervalMs: issueInterval(network, machine, aftermath) }
  const cost = `${describeSum(coreTerms(machine, load), 2)} cores`
  const cores = count(machine.cores, 'core')
  if (rate < steadyRate(network, machine)) {
    return `${rate} transactions per second, because ${whatFaultsDo(aftermath)}, and ${cores} have to work off what was missed in about ${recoverySeconds} s: ${cost}`
  }
  return `${rate} transactions per second take at most ${Math.round(loadShare * 100)} % of ${cores}: ${cost}`
}

function whatFaultsDo({ stallMs, backlogMs, restarts }: Aftermath): string {
  const does = [
    ...(stallMs > 0 ? [`stop all decisions for ${stallMs / 1000} s`] : []),
    ...(restarts > 0 ? [`have up to ${restarts} nodes start again together`] : []),
  ]
  return `faults ${does.join(' and ') || `keep nodes from ${backlogMs / 1000} s of the load`}`
}

/** A rate that people can reason about; even the slowest machine carries one transaction every ten seconds. */
function someRate(rate: number): number {
  return Math.max(0.1, twoDigits(rate))
}
