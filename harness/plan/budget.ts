import { hasFullMesh } from './tuning.ts'

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
 * Share of all cores the default load may take: room for votes, the engine and whatever else the machine does. Above
 * the full mesh a vertex is relayed, and votes take more of the cores.
 */
function loadShare(nodes: number, cpus: number): number {
  return hasFullMesh(nodes, cpus) ? 0.35 : 0.175
}

/** CPU of one vertex in all nodes together, seconds. */
function vertexCost(nodes: number): number {
  return nodes * (vertexSeconds.own + nodes * vertexSeconds.perVote)
}

/** Batches people can reason about; the last one bounds the wait that batching adds to a latency. */
const batchMsSteps = [25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000] as const

/** How much of intended time goes to one node together, so that vertices per second stay affordable. */
export function batchMs(nodes: number, cpus: number): number {
  const affordable = (vertexCost(nodes) * 1000) / (vertexShare * cpus)
  return batchMsSteps.find(step => step >= affordable) ?? batchMsSteps.at(-1)!
}

/** The default rate in transactions per second, in two significant digits, and never less than one. */
export function affordableRate(nodes: number, cpus: number): number {
  const verticesPerSecond = 1000 / batchMs(nodes, cpus)
  const share = loadShare(nodes, cpus)
  const cores = share * cpus - Math.min(verticesPerSecond * vertexCost(nodes), 0.3 * share * cpus)
  return Math.max(1, twoDigits(cores / (nodes * transactionSeconds)))
}

/** One sentence that says where the default rate comes from. */
export function explainRate(nodes: number, cpus: number): string {
  const perTransaction = Math.round(nodes * transactionSeconds * 1e6)
  return `${affordableRate(nodes, cpus)} transactions per second fit ${loadShare(nodes, cpus) * 100} % of ${cpus} ${cpus === 1 ? 'core' : 'cores'}: each costs about ${nodes} nodes x ${Math.round(transactionSeconds * 1e6)} us = ${(perTransaction / 1000).toFixed(1)} ms of CPU, and vertices come on top`
}

function twoDigits(value: number): number {
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1)
  return Math.floor(value / scale) * scale
}
