import { type Aftermath, fullMeshNodesMax, type NodeTuning } from '../../model/plan.ts'
import { noAftermath } from './aftermath.ts'
import { fitted } from './cost-constants.ts'

/**
 * CPU of one vote round, milliseconds, between processes that mostly sleep: cold caches make it three times what it is
 * under load. A frame to a neighbour goes out in two parts above one dimension, one's own votes and relayed ones, and
 * each vote is tagged, relayed, checked and counted once for every pair of nodes. Fitted to 150 nodes on 2 cores, where
 * a round takes 2.5 s.
 */
const frameMs = { direct: 0.15, relayed: 0.35 } as const
const voteMs = { direct: 0, relayed: 0.058 } as const

/** Share of all cores that pushing votes may take; checking signatures needs the rest. */
const voteShare = { direct: 0.08, relayed: 0.15 } as const

/** Slower than the longest and finality above the full mesh takes more than half a minute. */
const voteIntervalLimits = { min: 50, max: 15_000 } as const
/** A heartbeat finds stragglers; slower than this and catching up takes longer than people wait. */
const heartbeatMs = { min: 1000, mesh: 5000, lattice: 15_000 } as const
const heartbeatRounds = 4

/**
 * Knobs that follow from N and the cores all nodes share. One vote round costs N x neighbours messages with
 * neighbours = D x (N^(1/D) - 1), and N x N votes above one dimension. It is to stay below 8 % of the cores (15 % above
 * one dimension), or to come every 15 s. On 2 cores that gives
 *
 *     N            20    50   100   150   250   500
 *     dimensions    1     2     2     2     2     3
 *     neighbours   19  12.1    18  22.5  29.6  20.8
 *     CPU ms       57   357  1210  2486  6213 18141
 *     interval ms 360  1200  4040  8290 15000 15000
 */
export function tune(nodes: number, cpus: number, aftermath = noAftermath): NodeTuning {
  const voteDimensions = dimensions(nodes)
  const fullMesh = hasFullMesh(nodes, cpus, aftermath)
  const way = voteDimensions === 1 ? 'direct' : 'relayed'
  const roundMs = nodes * (neighbours(nodes, voteDimensions) * frameMs[way] + nodes * voteMs[way])
  const wanted = roundUp(roundMs / (voteShare[way] * cpus), 10)
  const voteIntervalMs = Math.min(voteIntervalLimits.max, Math.max(voteIntervalLimits.min, wanted))
  return {
    voteIntervalMs,
    heartbeatIntervalMs: heartbeatInterval(voteIntervalMs, fullMesh),
    voteDimensions,
    fullMesh,
  }
}

/** CPU of setting a connection up, both sides, milliseconds. */
const linkMs = fitted.link.value / 1000
/**
 * So much of the time to ready a full mesh may cost, and so much of the time after faults, when there is most to catch up with: halves
 * of 100 nodes with a full mesh had 2 cores busy for 40 s with it. Milliseconds.
 */
const meshMs = { atStart: 30_000, afterFaults: 2000 } as const

/** Whether all pairs are connected: above it each node has the connections of its lattice lines and no others. */
export function hasFullMesh(nodes: number, cpus: number, aftermath = noAftermath): boolean {
  const peers = nodes - 1
  const takesMs = (links: number) => (links * linkMs) / cpus
  return (
    nodes <= fullMeshNodesMax &&
    takesMs((nodes * peers) / 2) <= meshMs.atStart &&
    takesMs(linksAnew(nodes, peers, aftermath)) <= meshMs.afterFaults
  )
}

/** Links that have to be set up again after faults: those of nodes that start again, and half of all after a stall, as halves take. */
export function linksAnew(nodes: number, peers: number, { stallMs, restarts }: Aftermath): number {
  return Math.min((nodes * peers) / 2, restarts * peers + (stallMs > 0 ? (nodes * peers) / 4 : 0))
}

/** Links on lattice lines that a node has on average: those it needs. */
export function neighbourCount(nodes: number): number {
  return neighbours(nodes, dimensions(nodes))
}

function dimensions(nodes: number): NodeTuning['voteDimensions'] {
  if (nodes <= 32) return 1
  return nodes <= 256 ? 2 : 3
}

/** Peers on the axes of a lattice of `dimensions` dimensions that holds all nodes. */
function neighbours(nodes: number, dimensions: number): number {
  return dimensions * (nodes ** (1 / dimensions) - 1)
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step
}

/** A heartbeat goes to lattice neighbours only; it finds stragglers, and slower than this they wait too long. */
function heartbeatInterval(voteIntervalMs: number, fullMesh: boolean): number {
  const longest = fullMesh ? heartbeatMs.mesh : heartbeatMs.lattice
  return Math.min(longest, Math.max(heartbeatMs.min, heartbeatRounds * voteIntervalMs))
}
