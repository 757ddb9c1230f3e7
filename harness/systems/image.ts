import { buildOf } from '../../model/build.ts'
import { nodePaths } from '../../model/node-config.ts'
import type { System } from '../../model/ports/system.ts'
import type { SystemTable } from '../../model/system.ts'
import { buildImages, contractContainer } from './container.ts'

/** What is taken of an image whose table does not say. */
const usual = { rate: 20, memoryMiB: 128 } as const
/** A node may use so many times the memory that it is said to need, before it is killed. */
const memoryMargin = 4

/** Any image whose nodes answer the node contract. */
export function imageSystem(table: SystemTable & { readonly image: string }): System {
  const start = buildOf(table)
  const memoryMiB = table.memory === undefined ? usual.memoryMiB : Math.ceil(table.memory / 2 ** 20)
  return {
    name: table.image,
    client: table.contract ?? 'http',
    historyModel: 'conflict-set',
    deployment: {
      images: plan => [...new Set([table.image, ...buildImages(plan)])],
      instance: (plan, node) =>
        contractContainer(plan, node, node.build ?? start, {
          memoryLimitMiB: memoryMargin * memoryMiB,
          data: table.data ?? nodePaths.data,
        }),
      readyWithinMs: table.ready,
      memoryMiBPerNode: () => memoryMiB,
      defaultRate: table.rate ?? usual.rate,
      shows: {
        behaviours: table.behaviours ?? [],
        twins: false,
        identities: false,
        clock: table.clock ?? false,
        evidence: table.evidence ?? false,
      },
    },
  }
}
