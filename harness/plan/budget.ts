import type { Aftermath } from '../../model/plan.ts'
import { noAftermath, recoverySeconds } from './aftermath.ts'
import { hasFullMesh, linkMs, linksAnew, neighbourCount } from './tuning.ts'

/**
 * What the shared cores can carry. Every node checks every transaction and every vertex, so the cost of one grows
 * with N whatever the consensus does; the default rate is what fits a fixed share of the cores.
 */

/** The part of it that may go to vertices, which decides how long sends are batched. */
const vertexShare = 0.12

/**
 * CPU per transaction and node: an ed25519 check takes 60 us on a fast core and 105 us on a slow one; decoding, storing
 * and telling the decision another 45 us.
 */
const transactionSeconds = 150e-6
/**
 * CPU per vertex and node, measured on 2 cores: its ML-DSA check (110 us), its message and its write between
 * processes that mostly sleep, and one vote of each other node on it with its tag. 40 nodes take 0.9 ms, 300 nodes 5 ms.
 */
const vertexSeconds = { own: 300e-6, perVote: 15e-6 } as const

/**
 * The share of the cores that a recovery may take. The target of 10 s is out of reach for 50 nodes on 2 cores at any rate: links, votes
 * and vertices alone take them that long. The limit is 30 s. The other cores' worth goes to votes that nobody asks for, connections and
 * whatever else the machine does: 50 nodes take 0.8 cores at 20 transactions a second.
 */
const recoveryShare = 0.6
/** CPU of a node's start until it takes part again, but for its links: the process, its store, the container around it. */
const startSeconds = 1.2
/** The part of the cores in that time that may go to the vertices that were missed. */
const stallVertexShare = 0.1
/** Below this share of the usual rate little is gained any more: what takes the time then are links and vertices. */
const leastOfSteady = 0.25

/**
 * Share of all cores the default load may take: room for votes, the engine and whatever else the machine does. Above
 * the full mesh a vertex is relayed, and votes take more of the cores.
 */
function loadShare(nodes: number, cpus: number): number {
  return hasFullMesh(nodes, cpus) ? 0.35 : 0.175
}

/** CPU of one vertex in all nodes together, seconds. */
export function vertexCost(nodes: number): number {
  return nodes * (vertexSeconds.own + nodes * vertexSeconds.perVote)
}

/** Batches people can reason about; the last one bounds the wait that batching adds to a latency. */
const batchMsSteps = [25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000] as const

/**
 * How much of intended time goes to one node together, so that vertices per second stay affordable, and those that faults
 * keep back can be worked off with the rest.
 */
export function batchMs(nodes: number, cpus: number, { backlogMs } = noAftermath): number {
  const steady = (vertexCost(nodes) * 1000) / (vertexShare * cpus)
  const afterwards = (vertexCost(nodes) * backlogMs) / (stallVertexShare * cpus * recoverySeconds)
  const affordable = Math.max(steady, afterwards)
  return batchMsSteps.find(step => step >= affordable) ?? batchMsSteps.at(-1)!
}

/** The default rate in transactions per second, in two significant digits, and never less than one. */
export function affordableRate(nodes: number, cpus: number, aftermath = noAftermath): number {
  const steady = steadyRate(nodes, cpus)
  if (aftermath.backlogMs === 0) return steady
  const least = steady * leastOfSteady
  return Math.min(steady, atLeastOne(Math.max(least, recoverableRate(nodes, cpus, aftermath))))
}

/** What fits a fixed share of the cores for as long as you like. */
function steadyRate(nodes: number, cpus: number): number {
  const share = loadShare(nodes, cpus)
  const vertices = Math.min(verticesPerSecond(nodes, cpus) * vertexCost(nodes), 0.3 * share * cpus)
  return atLeastOne((share * cpus - vertices) / (nodes * transactionSeconds))
}

/**
 * What can be worked off within `recoverySeconds` of faults: the starts and links, then the transactions and vertices that were missed,
 * beside the load that goes on.
 */
function recoverableRate(nodes: number, cpus: number, aftermath: Aftermath): number {
  const peers = hasFullMesh(nodes, cpus, aftermath) ? nodes - 1 : neighbourCount(nodes)
  const anew = aftermath.restarts * startSeconds + (linksAnew(nodes, peers, aftermath) * linkMs) / 1000
  const seconds = aftermath.backlogMs / 1000 + recoverySeconds
  const vertices = Math.min(
    (seconds * vertexCost(nodes) * 1000) / batchMs(nodes, cpus, aftermath),
    0.5 * recoveryShare * cpus * recoverySeconds,
  )
  const cpuSeconds = recoveryShare * cpus * recoverySeconds - anew - vertices
  return cpuSeconds / (seconds * nodes * transactionSeconds)
}

function verticesPerSecond(nodes: number, cpus: number): number {
  return 1000 / batchMs(nodes, cpus)
}

/** One sentence that says where the default rate comes from. */
export function explainRate(nodes: number, cpus: number, aftermath = noAftermath): string {
  const rate = affordableRate(nodes, cpus, aftermath)
  const perTransaction = Math.round(nodes * transactionSeconds * 1e6)
  const cost = `each costs about ${nodes} nodes x ${Math.round(transactionSeconds * 1e6)} us = ${(perTransaction / 1000).toFixed(1)} ms of CPU, and vertices come on top`
  const cores = `${cpus} ${cpus === 1 ? 'core' : 'cores'}`
  if (rate < steadyRate(nodes, cpus)) {
    return `${rate} transactions per second, because ${whatFaultsDo(aftermath)}, and what was missed has to be worked off by ${cores} in about ${recoverySeconds} s: ${cost}`
  }
  return `${rate} transactions per second fit ${loadShare(nodes, cpus) * 100} % of ${cores}: ${cost}`
}

function whatFaultsDo({ stallMs, backlogMs, restarts }: Aftermath): string {
  const does = [
    ...(stallMs > 0 ? [`stop all decisions for ${stallMs / 1000} s`] : []),
    ...(restarts > 0 ? [`have up to ${restarts} nodes start again together`] : []),
  ]
  return `faults ${does.join(' and ') || `keep nodes from ${backlogMs / 1000} s of the load`}`
}

function atLeastOne(rate: number): number {
  return Math.max(1, twoDigits(Math.max(1, rate)))
}

function twoDigits(value: number): number {
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1)
  return Math.floor(value / scale) * scale
}
