import type { NodeTuning } from '../../model/plan.ts'

/** Above this a full mesh costs too much: 0.2 MB a connection and side, N - 1 of them in every node. */
const fullMeshNodesMax = 150

/** CPU of sending and receiving one small message, milliseconds (measured with mostly sleeping processes). */
const messageMs = 0.075

/** Share of all cores that pushing votes may take; checking signatures needs the rest. */
const voteShare = 0.15

const voteIntervalMsMin = 50
/** A heartbeat finds stragglers; slower than this and catching up takes longer than people wait. */
const heartbeatMs = { min: 1000, max: 5000 } as const
const heartbeatRounds = 4

/**
 * Knobs that follow from N and the cores all nodes share. One vote round costs about N x neighbours x 75 us with
 * neighbours = D x (N^(1/D) - 1), and is to stay below 15 % of the cores. On 2 cores that gives
 *
 *     N            20    50   100   150   250   500
 *     dimensions    1     2     2     2     2     3
 *     neighbours   19  12.1    18  22.5  29.6  20.8
 *     CPU ms       29    46   135   253   555   780
 *     interval ms 100   160   450   850  1850  2610
 */
export function tune(nodes: number, cpus: number): NodeTuning {
  const voteDimensions = dimensions(nodes)
  const roundMs = nodes * neighbours(nodes, voteDimensions) * messageMs
  const voteIntervalMs = Math.max(voteIntervalMsMin, roundUp(roundMs / (voteShare * cpus), 10))
  return {
    voteIntervalMs,
    heartbeatIntervalMs: heartbeatInterval(voteIntervalMs),
    voteDimensions,
    fullMesh: nodes <= fullMeshNodesMax,
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

/** A heartbeat costs as much as a vote round, so it comes less often; but never more often than votes themselves. */
function heartbeatInterval(voteIntervalMs: number): number {
  const wanted = Math.max(heartbeatMs.min, heartbeatRounds * voteIntervalMs)
  return Math.max(voteIntervalMs, Math.min(heartbeatMs.max, wanted))
}
