import { behaviourNames } from '../../model/behaviour.ts'
import { nodePaths } from '../../model/node-config.ts'
import type { Plan } from '../../model/plan.ts'
import type { System } from '../../model/ports/system.ts'
import { buildImages, contractContainer } from './container.ts'
import { heapFlags, heapFor } from './node-heap.ts'

/** A node with a leak dies alone instead of taking the machine with it; its usual size is a tenth of this. */
const memoryLimitMiB = 512

/** The node of this repository. */
export const reference: System = {
  name: 'reference',
  client: 'http',
  historyModel: 'conflict-set',
  deployment: {
    images: buildImages,
    instance: (plan, node) =>
      contractContainer(plan, node, node.build ?? { command: nodeCommand(plan) }, {
        memoryLimitMiB,
        data: nodePaths.data,
      }),
    memoryMiBPerNode: (nodes, { memoryMiB }) => heapFor(nodes, memoryMiB).processMiB,
    defaultRate: 'cost model',
    shows: { behaviours: behaviourNames, twins: true, identities: true, clock: true, evidence: true },
  },
}

/**
 * With more nodes than this on a core none of them runs long enough for optimised code to be worth compiling; code of the baseline compiler,
 * made at the first call, is. 150 nodes on 2 cores at 56 TPS, the first minute after a warm-up of 10 s: p95 1.9 s and 200 us a transaction and
 * node so, 12 s and 264 us with everything V8 has.
 */
const crowdedNodesPerCpu = 30

/**
 * How a node starts. One thread collects and compiles beside the main one; node would start four. nodes/Dockerfile
 * prepares compiled code for each of the combinations.
 */
export function nodeCommand({
  nodes: { length: nodes },
  machine: { cores, memoryMiB },
}: Pick<Plan, 'nodes' | 'machine'>): string[] {
  const heap = heapFlags(heapFor(nodes, memoryMiB))
  return ['node', ...heap, '--v8-pool-size=1', ...compilerFlags(nodes, cores), '/app/node.mjs']
}

function compilerFlags(nodes: number, cpus: number): string[] {
  return nodes <= crowdedNodesPerCpu * cpus ? [] : ['--always-sparkplug', '--no-opt', '--no-maglev']
}
