import type { Build } from '../../model/build.ts'
import { isOfNodes } from '../../model/fault.ts'
import { nodePaths, testControlVariable } from '../../model/node-config.ts'
import type { Plan, PlannedNode } from '../../model/plan.ts'
import type { NodeFile, NodeInstance } from '../../model/ports/system.ts'

/** Connections of a full mesh and the files of the store, with room. */
const openFiles = 4096
/** The engine's own limit may be as low as 20,000, and what is above that does not start. */
const openFilesMax = 16_384

/** Environment variable with the index of the node, for images of others. */
const indexVariable = 'WHITEOUT_NODE'

/** What runs in a container; without an image, ours. */
export type Start = Omit<Build, 'image'> & Partial<Pick<Build, 'image'>>

/** The container of a node that answers the contract. @param each what one identity needs */
export function contractContainer(
  plan: Plan,
  node: PlannedNode,
  start: Start,
  each: { readonly memoryLimitMiB: number; readonly data: string },
): NodeInstance {
  const identities = 1 + plan.nodes.filter(({ host }) => host?.index === node.index).length
  const isControlled = plan.byzantine !== undefined || plan.faults.some(({ fault }) => isOfNodes(fault))
  const { image, command, environment } = start
  return {
    ...(image === undefined ? {} : { image }),
    ...(command === undefined ? {} : { command }),
    environment: {
      ...(isControlled ? { [testControlVariable]: 'on' } : {}),
      ...(image === undefined ? {} : { [indexVariable]: String(node.index) }),
      ...environment,
    },
    files: [
      { source: './genesis.json', target: nodePaths.genesis },
      { source: `./nodes/${node.name}.json`, target: nodePaths.secrets },
      ...copies(start.files),
    ],
    data: each.data,
    memoryLimitMiB: identities * each.memoryLimitMiB,
    openFiles: Math.min(identities * openFiles, openFilesMax),
  }
}

/** Copied into the run's directory, so that what a node was given is part of the evidence. */
function copies(files: Build['files'] = {}): NodeFile[] {
  return Object.entries(files).map(([target, copyOf]) => ({
    source: `./files/${encodeURIComponent(copyOf)}`,
    target,
    copyOf,
  }))
}

/** Images of the nodes that run one of their own. */
export function buildImages({ nodes }: Pick<Plan, 'nodes'>): string[] {
  return [...new Set(nodes.flatMap(({ build }) => build?.image ?? []))]
}
