import type { Need } from './need.ts'

/** A kernel parameter that a large network can outgrow. */
export type KernelLimit = {
  readonly key: string
  /** The value that leaves room, and the one below which the network cannot work (0: it works, but badly). */
  readonly need: number
  readonly mustHave: number
  readonly why: string
}

/** Threads of a node (11) and of its shim (about 12), with room for a process entered from outside. */
const threadsPerNode = 32
/** Files a node holds open besides one per peer, and those of its shim and of the engine for it. */
const filesPerNode = 100

/**
 * The parameters of the whole machine that every container shares, and what `need` asks of them. Namespaces do not
 * help: entries of all of them count against one limit.
 */
export function kernelLimits(need: Need): readonly KernelLimit[] {
  const { nodes, peersPerNode } = need
  // Each node knows its peers and the driver; the driver and the host know every node.
  const neighbours = nodes * (peersPerNode + 1) + 2 * nodes
  const connections = (nodes * peersPerNode) / 2 + 2 * nodes
  return [
    {
      key: 'net.ipv4.neigh.default.gc_thresh3',
      need: 4 * roomy(neighbours),
      mustHave: neighbours,
      why: 'the neighbour (ARP) entries of all containers share one table, and packets are lost when it is full',
    },
    {
      key: 'net.ipv4.neigh.default.gc_thresh2',
      need: 2 * roomy(neighbours),
      mustHave: 0,
      why: 'above it neighbour entries are evicted at once',
    },
    {
      key: 'net.ipv4.neigh.default.gc_thresh1',
      need: roomy(neighbours),
      mustHave: 0,
      why: 'above it neighbour entries are evicted periodically',
    },
    {
      key: 'net.core.netdev_max_backlog',
      need: nodes < 50 ? 0 : roomy(32 * nodes),
      mustHave: 0,
      why: 'an ARP broadcast reaches every container at once, and packets that do not fit this queue are dropped',
    },
    {
      key: 'net.netfilter.nf_conntrack_max',
      need: roomy(2 * connections),
      mustHave: 0,
      why: 'when connection tracking is full, new connections fail silently',
    },
    {
      key: 'fs.inotify.max_user_instances',
      need: nodes + 128,
      mustHave: 0,
      why: "the engine watches each container's memory with one instance, and all count for one user",
    },
    {
      key: 'kernel.pid_max',
      need: threadsPerNode * nodes + 4096,
      mustHave: 24 * nodes,
      why: 'every thread of every container needs an id',
    },
    {
      key: 'kernel.threads-max',
      need: threadsPerNode * nodes + 4096,
      mustHave: 24 * nodes,
      why: 'every thread of every container counts',
    },
    {
      key: 'fs.file-max',
      need: nodes * (filesPerNode + peersPerNode),
      mustHave: 0,
      why: 'every connection and file of every container counts',
    },
  ]
}

/** The next power of two: limits are set with room, and to values that are recognised as such. */
function roomy(value: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, value)))
}
