import type Docker from 'dockerode'
import type { Limits } from '../model/backend.ts'

/** A container's limits as the engine keeps them; 0 where it was given none. */
export interface EngineLimits {
  readonly Memory: number
  readonly MemorySwap: number
  readonly NanoCpus: number
  readonly CpuQuota: number
}

/** How the kernel hands out CPU, microseconds: the default of the engine. */
const cpuPeriod = 100_000

export async function readLimits(container: Docker.Container): Promise<EngineLimits> {
  return limitsIn((await container.inspect()).HostConfig)
}

export function limitsIn({
  Memory = 0,
  MemorySwap = 0,
  NanoCpus = 0,
  CpuQuota = 0,
}: Partial<Docker.HostConfig>): EngineLimits {
  return { Memory, MemorySwap, NanoCpus, CpuQuota }
}

/**
 * The engine's request that narrows a container's limits down, or gives back what it had. The engine takes 0 for "as it is" and
 * drops what is negative, so that no limit of memory is written as one that limits nothing.
 *
 * @param limits undefined: those it had
 * @param machineBytes memory of the engine's machine
 */
export function limitChange(had: EngineLimits, limits: Limits | undefined, machineBytes: number): object {
  const most = had.Memory > 0 ? had.Memory : machineBytes
  const Memory = Math.min(limits?.memoryBytes ?? most, most)
  // Without swap to flee to while it is held.
  const MemorySwap = limits?.memoryBytes !== undefined ? Memory : Math.max(had.MemorySwap, 2 * Memory)
  const cpus = limits?.cpus
  if (had.NanoCpus > 0) {
    const asked = cpus === undefined ? had.NanoCpus : Math.round(cpus * 1e9)
    return { Memory, MemorySwap, NanoCpus: Math.min(asked, had.NanoCpus) }
  }
  const quota = had.CpuQuota > 0 ? had.CpuQuota : -1
  const CpuQuota = cpus === undefined ? quota : Math.round(cpus * cpuPeriod)
  return { Memory, MemorySwap, CpuPeriod: cpuPeriod, CpuQuota }
}

/** Whether a container has what it had. */
export function hasLimits(now: EngineLimits, had: EngineLimits, machineBytes: number): boolean {
  const isMemoryBack = now.Memory === had.Memory || (had.Memory === 0 && now.Memory >= machineBytes)
  return (
    isMemoryBack && now.NanoCpus === had.NanoCpus && Math.max(0, now.CpuQuota) === Math.max(0, had.CpuQuota)
  )
}
