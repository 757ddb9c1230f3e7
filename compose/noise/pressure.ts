/** Resources of which the kernel measures how long tasks wait for them (PSI). */
const resources = ['cpu', 'memory', 'io'] as const

/** Seconds since boot in which some task waited for the resource. */
export type Pressure = Readonly<Record<(typeof resources)[number], number>>

/**
 * Reads /proc/pressure (Linux 4.20).
 *
 * @param read returns a file, or undefined where there is none
 * @returns undefined where the kernel does not measure it
 */
export function readPressure(read: (file: string) => string | undefined): Pressure | undefined {
  const totals = resources.map(name => {
    const total = /^some .*\btotal=(\d+)/m.exec(read(`/proc/pressure/${name}`) ?? '')?.[1]
    return [name, Number(total) / 1e6] as const
  })
  if (totals.some(([, seconds]) => Number.isNaN(seconds))) return undefined
  return Object.fromEntries(totals) as Pressure
}
