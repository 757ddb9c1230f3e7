import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What one container has used. */
export interface Usage {
  readonly memoryBytes: number | null
  readonly cpuSeconds: number | null
}

/** Reads usage by container id. */
export type ReadUsage = (id: string) => Promise<Usage>

const root = '/sys/fs/cgroup'
const nothing: Usage = { memoryBytes: null, cpuSeconds: null }

/**
 * Finds out where this machine keeps the cgroups of containers, by one that runs. Reading the files costs 500
 * containers some 20 ms; asking the engine for its statistics costs it a second of CPU.
 * @returns undefined when there is nothing to read here: the engine is on another machine or in a virtual one
 */
export async function findCgroups(id: string): Promise<ReadUsage | undefined> {
  for (const layout of layouts) {
    if (await exists(layout.directory(id, layout.memory))) return layout.read
  }
  return undefined
}

interface Layout {
  readonly memory: string
  readonly directory: (id: string, controller: string) => string
  readonly read: ReadUsage
}

/** cgroupfs names a container's group by its id, systemd by a scope. */
const parents = [(id: string) => `docker/${id}`, (id: string) => `system.slice/docker-${id}.scope`]

const layouts: readonly Layout[] = parents.flatMap(parent => {
  const v1 = (id: string, controller: string) => join(root, controller, parent(id))
  const v2 = (id: string) => join(root, parent(id))
  return [
    {
      memory: 'memory',
      directory: v1,
      read: async (id: string) => ({
        // Anonymous memory with the swapped part: what the container alone holds. Page cache is shared and given back.
        memoryBytes: field(await text(join(v1(id, 'memory'), 'memory.stat')), 'total_rss', 1),
        cpuSeconds: number(await text(join(v1(id, 'cpuacct'), 'cpuacct.usage')), 1e-9),
      }),
    },
    {
      memory: '',
      directory: v2,
      read: async (id: string) => ({
        memoryBytes: field(await text(join(v2(id), 'memory.stat')), 'anon', 1),
        cpuSeconds: field(await text(join(v2(id), 'cpu.stat')), 'usage_usec', 1e-6),
      }),
    },
  ]
})

/** Reads all of them; those that do not run have no group, hence null. */
export async function readUsages(
  read: ReadUsage | undefined,
  ids: readonly string[],
): Promise<readonly Usage[]> {
  if (read === undefined) return ids.map(() => nothing)
  return Promise.all(ids.map(read))
}

async function text(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined)
}

/** The number beside `name` in a file of `name number` lines. */
export function field(content: string | undefined, name: string, unit: number): number | null {
  const match = content === undefined ? null : new RegExp(`^${name} (\\d+)$`, 'm').exec(content)
  return match === null ? null : Number(match[1]) * unit
}

function number(content: string | undefined, unit: number): number | null {
  return content === undefined ? null : Number(content) * unit
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
