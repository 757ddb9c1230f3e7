/** Linux reports CPU times in this unit to every program (USER_HZ), whatever the kernel's own tick is. */
export const ticksPerSecond = 100

/** CPU seconds since boot, of all cores together. */
export interface CpuTimes {
  readonly cores: number
  /** Nothing to run, waiting for the disk included. */
  readonly idle: number
  /** Taken by the hypervisor for other virtual machines. */
  readonly steal: number
  /** In interrupts and softirqs; sampled at ticks on kernels that do not account for them apart. */
  readonly interrupts: number
}

/**
 * Reads /proc/stat (proc(5)). The busy time is not among the results: kernels sample it at ticks and miss what runs between
 * two of them, a tenth of what hundreds of mostly sleeping processes use. Idle time is measured, so busy time is what is left of the cores.
 *
 * @returns undefined where the file does not hold these times, as in some sandboxes
 */
export function parseCpuTimes(stat: string): CpuTimes | undefined {
  const fields = /^cpu +(.+)$/m.exec(stat)?.[1]?.split(' ').map(Number) ?? []
  const [, , , idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields.map(
    ticks => ticks / ticksPerSecond,
  )
  if (fields.some(Number.isNaN) || idle === 0) return undefined
  const cores = stat.match(/^cpu\d/gm)?.length ?? 0
  return { cores, idle: idle + iowait, steal, interrupts: irq + softirq }
}

/**
 * Whether this kernel takes the time in interrupts out of the time of the process that they interrupt
 * (CONFIG_IRQ_TIME_ACCOUNTING): only then it has to be added to what processes use.
 *
 * @param read returns a file, or undefined where there is none
 */
export function accountsForInterrupts(
  read: (file: string) => string | undefined,
  kernelRelease: string,
): boolean {
  if (read('/proc/pressure/irq') !== undefined) return true
  return /^CONFIG_IRQ_TIME_ACCOUNTING=y$/m.test(read(`/boot/config-${kernelRelease}`) ?? '')
}
