import { fullMeshNodesMax } from '../../model/plan.ts'
import type { NetworkNeed } from '../../model/ports/backend.ts'

/** What a network asks of the machine. */
export type Need = {
  readonly nodes: number
  /** Nodes each node talks to at some time; the neighbour tables of all nodes share one limit. */
  readonly peersPerNode: number
  /** Memory of one node with its share of the engine's processes, MiB. */
  readonly memoryMiBPerNode: number
  /** Disk of one node's store and logs under the engine's folder, MiB. */
  readonly diskMiBPerNode: number
  /** What watches the network; nothing of both where nothing does. */
  readonly prometheus: { readonly memoryMiB: number; readonly diskMiB: number }
  /** Folder that the run's own files go to. */
  readonly runsDirectory: string
}

/** A store with its write-ahead log and a container's bounded log. */
const diskMiBPerNode = 12

/**
 * Measured: the real Prometheus with what a node tells (46 series) holds 62 MiB with 20 nodes, 85 MiB with 100 and 163 MiB with 500 after four
 * minutes. Twice that is counted, for queries and the two hours of samples that it keeps before it compacts them.
 */
const prometheusMemory = { fixedMiB: 60, perNodeMiB: 0.2, margin: 2, mostMiB: 1024 } as const
/**
 * Measured: 1 MiB an hour for a node that is scraped every 2 s (20 nodes: 20 MB an hour; 100 nodes every 5 s: 39 MB), and three hours until
 * it is compacted to a tenth. Retention keeps it below the most.
 */
const prometheusDisk = { perNodeMiB: 3, mostMiB: 2048 } as const

function prometheusOf(nodes: number): Need['prometheus'] {
  const { fixedMiB, perNodeMiB, margin, mostMiB } = prometheusMemory
  return {
    memoryMiB: Math.min(mostMiB, Math.ceil(margin * (fixedMiB + perNodeMiB * nodes))),
    diskMiB: Math.min(prometheusDisk.mostMiB, prometheusDisk.perNodeMiB * nodes),
  }
}

/** Above the full mesh a node talks to the collectors, of which there are 8, or a few times as many when some of them fail. */
const peersAboveFullMesh = 60

/** What a network of `nodes` nodes asks, with the measured figures unless others are given. */
export function needOf(
  nodes: number,
  { isWatched = true, memoryMiBPerNode, runsDirectory = 'runs' }: Omit<NetworkNeed, 'nodes' | 'run'>,
): Need {
  return {
    nodes,
    prometheus: isWatched ? prometheusOf(nodes) : { memoryMiB: 0, diskMiB: 0 },
    peersPerNode: nodes <= fullMeshNodesMax ? nodes - 1 : peersAboveFullMesh,
    memoryMiBPerNode,
    diskMiBPerNode,
    runsDirectory,
  }
}
