import { fullMeshNodesMax } from '../../model/plan.ts'
import { roomyNodes } from '../project.ts'

/** What a network asks of the machine. */
export type Need = {
  readonly nodes: number
  /** Nodes each node talks to at some time; the neighbour tables of all nodes share one limit. */
  readonly peersPerNode: number
  /** Memory of one node with its share of the engine's processes, MiB. */
  readonly memoryMiBPerNode: number
  /** Disk of one node's store and logs under the engine's folder, MiB. */
  readonly diskMiBPerNode: number
  /** Folder that the run's own files go to. */
  readonly runsDirectory: string
}

/**
 * Measured: under the default load a node holds up to 71 MiB of its own where it has a young generation of 16 MiB, and some 30 MiB where it has not (see
 * nodeCommand in compose/project.ts); each container costs the engine 10 MiB (its shim).
 */
const memoryMiB = { roomy: 70 + 10, sparse: 30 + 10 } as const

/** A store with its write-ahead log and a container's bounded log. */
const diskMiBPerNode = 12

/** Above the full mesh a node talks to the nodes on its lines, at most 2 x 15 + 2 x 15 if it plays two positions. */
const peersAboveFullMesh = 60

/** What a network of `nodes` nodes asks, with the measured figures unless others are given. */
export function needOf(nodes: number, given: Partial<Omit<Need, 'nodes'>> = {}): Need {
  return {
    nodes,
    peersPerNode: nodes <= fullMeshNodesMax ? nodes - 1 : peersAboveFullMesh,
    memoryMiBPerNode: nodes <= roomyNodes ? memoryMiB.roomy : memoryMiB.sparse,
    diskMiBPerNode,
    runsDirectory: 'runs',
    ...given,
  }
}
