import { dirname, join } from 'node:path'
import { field, number } from '../containers/resources.ts'
import { cgroupParents } from '../project/cgroup-parent.ts'

type Read = (file: string) => string | undefined

/** Counts of a cgroup with all below it, CPU seconds since it was made. */
export interface CgroupCounts {
  /** Null where it cannot be read. */
  used(): number | null
  /** Held back by CPU quotas, of this group and of those above it. */
  throttled(): number
}

const root = '/sys/fs/cgroup'
const parentNames: readonly string[] = Object.values(cgroupParents).map(name => name.replace('/', ''))

/**
 * Finds the cgroup that the containers of a run share.
 *
 * @param processCgroup /proc/PID/cgroup of a process in one of its containers
 * @returns undefined when its containers are in no such group
 */
export function findRunCgroup(processCgroup: string, read: Read): CgroupCounts | undefined {
  const own = findCgroup(processCgroup)
  const path = dirname(own.path)
  if (!parentNames.includes(path.split('/').at(-1)!)) return undefined
  const counts = countsOf({ ...own, path }, read)
  return counts.used() === null ? undefined : counts
}

interface Found {
  readonly isV2: boolean
  readonly path: string
}

/** Version 1 has a hierarchy for each controller; where both are mounted, CPU is counted in that of version 1 (cgroups(7)). */
function findCgroup(processCgroup: string): Found {
  const lines = processCgroup.split('\n').map(line => line.split(':'))
  const v1 = lines.find(([, controllers = '']) => controllers.split(',').includes('cpuacct'))
  const v2 = lines.find(([id]) => id === '0')
  return { isV2: v1 === undefined, path: (v1 ?? v2)?.slice(2).join(':') ?? '/' }
}

function countsOf({ isV2, path }: Found, read: Read): CgroupCounts {
  const folders = upwards(path)
  return {
    used: isV2
      ? () => field(read(join(root, path, 'cpu.stat')), 'usage_usec', 1e-6)
      : () => number(read(join(root, 'cpuacct', path, 'cpuacct.usage')), 1e-9),
    throttled: () =>
      folders.reduce((sum, folder) => {
        const seconds = isV2
          ? field(read(join(root, folder, 'cpu.stat')), 'throttled_usec', 1e-6)
          : field(read(join(root, 'cpu', folder, 'cpu.stat')), 'throttled_time', 1e-9)
        return sum + (seconds ?? 0)
      }, 0),
  }
}

/** `/a/b` -> `/a/b`, `/a`, `/` */
function upwards(path: string): string[] {
  return path === '/' || path === '.' ? ['/'] : [path, ...upwards(dirname(path))]
}
