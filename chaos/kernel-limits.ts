import type { Limits } from '../model/backend.ts'
import { type KernelLimits, limitFiles } from '../model/shaper.ts'

/** The least time that the kernel hands out, and the longest period for which it does, microseconds (sched-bwc). */
const leastQuota = 1000
const longestPeriod = 1_000_000
const defaultPeriod = 100_000
/** The kernel counts memory in pages, of this size at most. */
const pageBytes = 65_536

/** Cores' worth of CPU; Infinity without a limit. */
export function cpusOf(limits: KernelLimits): number {
  const { quota, period } = bandwidthOf(limits)
  return quota === undefined ? Number.POSITIVE_INFINITY : quota / period
}

/** Bytes of memory; Infinity without a limit. */
export function memoryOf(limits: KernelLimits): number {
  const text = limits['memory.max'] ?? limits['memory.limit_in_bytes']
  const bytes = text === undefined || text === 'max' ? Number.POSITIVE_INFINITY : Number(text)
  // Version 1 writes the largest number of pages there is where there is no limit.
  return bytes >= Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : bytes
}

/**
 * Limits narrowed down. A share is one of what the container may use, or of one core where it may use all; nothing ever becomes more than
 * it was.
 * @throws RangeError when the kernel cannot express it, or nothing would change
 */
export function narrowed(was: KernelLimits, { cpuShare, memoryBytes }: Limits): KernelLimits {
  return {
    ...was,
    ...(cpuShare === undefined ? {} : narrowedCpu(was, cpuShare)),
    ...(memoryBytes === undefined ? {} : narrowedMemory(was, memoryBytes)),
  }
}

function narrowedCpu(was: KernelLimits, share: number): KernelLimits {
  const { quota: had, period: usual } = bandwidthOf(was)
  const cpus = share * (had === undefined ? 1 : had / usual)
  // A short time is handed out over a longer period.
  const period = cpus * usual >= leastQuota ? usual : longestPeriod
  const quota = Math.round(cpus * period)
  if (quota < leastQuota) throw new RangeError(`${cpus} of a core is less than the kernel can hand out`)
  if (period === usual && had !== undefined && quota >= had)
    throw new RangeError(`it may use ${cpus.toFixed(2)} of a core anyway`)
  if (was['cpu.max'] !== undefined) return { 'cpu.max': `${quota} ${period}` }
  return { 'cpu.cfs_quota_us': String(quota), 'cpu.cfs_period_us': String(period) }
}

/** Without swap to flee to. */
function narrowedMemory(was: KernelLimits, bytes: number): KernelLimits {
  const had = memoryOf(was)
  if (bytes >= had) throw new RangeError(`it may hold ${Math.floor(had / 2 ** 20)} MiB anyway`)
  const text = String(Math.floor(bytes / pageBytes) * pageBytes)
  if (was['memory.max'] !== undefined)
    return { 'memory.max': text, ...(was['memory.swap.max'] === undefined ? {} : { 'memory.swap.max': '0' }) }
  return {
    'memory.limit_in_bytes': text,
    ...(was['memory.memsw.limit_in_bytes'] === undefined ? {} : { 'memory.memsw.limit_in_bytes': text }),
  }
}

/** Microseconds of CPU for each period; no quota where there is no limit. */
function bandwidthOf(limits: KernelLimits): { readonly quota: number | undefined; readonly period: number } {
  const [quota, period] = limits['cpu.max']?.split(' ') ?? [
    limits['cpu.cfs_quota_us'],
    limits['cpu.cfs_period_us'],
  ]
  const microseconds = Number(quota)
  return { quota: microseconds > 0 ? microseconds : undefined, period: Number(period ?? defaultPeriod) }
}

/** Files of a controller that are not as they should be, for a person; empty when all are. */
export function differences(is: KernelLimits, meant: KernelLimits, controller: 'cpu' | 'memory'): string {
  return limitFiles
    .filter(file => file.startsWith(`${controller}.`) && meant[file] !== undefined)
    .filter(file => is[file] !== meant[file])
    .map(file => `${file} is ${is[file] ?? 'absent'}, not ${meant[file]}`)
    .join(', ')
}
