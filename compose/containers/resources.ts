import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Usage } from '../../model/backend.ts'
import { cgroupParents } from '../project/cgroup-parent.ts'

const machineRoot = '/sys/fs/cgroup'
const nothing = { memoryBytes: null, cpuSeconds: null } as const

/**
 * Finds out where the cgroup of a container is, anew each time: one that is down has none now and may have one later, and says
 * nothing of the others. Undefined for it, and for all where there is nothing to read here: the engine is on another machine or
 * in a virtual one. Reading the files costs 500 containers some 20 ms; asking the engine for its statistics costs it a second of CPU.
 */
async function layoutOf(id: string, root: string): Promise<Layout | undefined> {
  for (const layout of layoutsBelow(root)) {
    if (await exists(layout.directory(id, layout.memory))) return layout
  }
  return undefined
}

interface Layout {
  readonly memory: string
  readonly directory: (id: string, controller: string) => string
  used(id: string): Promise<Usage>
}

/** cgroupfs names a container's group by its id, systemd by a scope; a run's containers are in our parent, others in the engine's. */
const parents = [
  (id: string) => `${cgroupParents.cgroupfs}/${id}`,
  (id: string) => `${cgroupParents.systemd}/docker-${id}.scope`,
  (id: string) => `docker/${id}`,
  (id: string) => `system.slice/docker-${id}.scope`,
]

const layoutsBelow = (root: string): readonly Layout[] =>
  parents.flatMap(parent => {
    const v1 = (id: string, controller: string) => join(root, controller, parent(id))
    const v2 = (id: string) => join(root, parent(id))
    return [
      {
        memory: 'memory',
        directory: v1,
        used: async (id: string) => ({
          // Anonymous memory with the swapped part: what the container alone holds. Page cache is shared and given back.
          memoryBytes: field(await text(join(v1(id, 'memory'), 'memory.stat')), 'total_rss', 1),
          cpuSeconds: number(await text(join(v1(id, 'cpuacct'), 'cpuacct.usage')), 1e-9),
        }),
      },
      {
        memory: '',
        directory: v2,
        used: async (id: string) => ({
          memoryBytes: field(await text(join(v2(id), 'memory.stat')), 'anon', 1),
          cpuSeconds: field(await text(join(v2(id), 'cpu.stat')), 'usage_usec', 1e-6),
        }),
      },
    ]
  })

/** Reads all of them; those that do not run have no group, hence null, as those without a container. */
export async function readUsed(
  ids: readonly (string | undefined)[],
  root = machineRoot,
): Promise<readonly Usage[]> {
  return Promise.all(ids.map(async id => (id === undefined ? nothing : readUsage(id, root))))
}

/** What one container has used. */
export async function readUsage(id: string, root = machineRoot): Promise<Usage> {
  return (await layoutOf(id, root))?.used(id) ?? nothing
}

async function text(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined)
}

/** The number beside `name` in a file of `name number` lines. */
export function field(content: string | undefined, name: string, unit: number): number | null {
  const match = content === undefined ? null : new RegExp(`^${name} (\\d+)$`, 'm').exec(content)
  return match === null ? null : Number(match[1]) * unit
}

export function number(content: string | undefined, unit: number): number | null {
  return content === undefined ? null : Number(content) * unit
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
