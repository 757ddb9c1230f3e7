import { fullMeshNodesMax, type NodeTuning } from '../../model/plan.ts'

/**
 * CPU of sending and receiving one small message, milliseconds, between processes that mostly sleep: cold caches make
 * it three times what it is under load. Relaying doubles the messages of half of the way.
 */
const messageMs = { direct: 0.15, relayed: 0.225 } as const

/** Share of all cores that pushing votes may take; checking signatures needs the rest. */
const voteShare = 0.08

/** Slower than the longest and finality above the full mesh takes more than half a minute. */
const voteIntervalLimits = { min: 50, max: 15_000 } as const
/** A heartbeat finds stragglers; slower than this and catching up takes longer than people wait. */
const heartbeatMs = { min: 1000, mesh: 5000, lattice: 15_000 } as const
const heartbeatRounds = 4

/**
 * Knobs that follow from N and the cores all nodes share. One vote round costs N x neighbours messages with
 * neighbours = D x (N^(1/D) - 1), and is to stay below 8 % of the cores, or to come every 15 s. On 2 cores that gives
 *
 *     N            20    50   100   150   250   500
 *     dimensions    1     2     2     2     2     3
 *     neighbours   19  12.1    18  22.5  29.6  20.8
 *     CPU ms       57   137   405   759  1666  2342
 *     interval ms 360   860  2540  4750 10420 14640
 */
export function tune(nodes: number, cpus: number): NodeTuning {
  const voteDimensions = dimensions(nodes)
  const fullMesh = nodes <= fullMeshNodesMax
  const perMessageMs = voteDimensions === 1 ? messageMs.direct : messageMs.relayed
  const roundMs = nodes * neighbours(nodes, voteDimensions) * perMessageMs
  const wanted = roundUp(roundMs / (voteShare * cpus), 10)
  const voteIntervalMs = Math.min(voteIntervalLimits.max, Math.max(voteIntervalLimits.min, wanted))
  return {
    voteIntervalMs,
    heartbeatIntervalMs: heartbeatInterval(voteIntervalMs, fullMesh),
    voteDimensions,
    fullMesh,
  }
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
