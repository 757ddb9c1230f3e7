import type { DriverConfig } from '../../model/driver-config.ts'

/** A node among hundreds that share the cores answers within seconds once the load is over, but not always. */
const answerMs = 10_000
/** Longer than the longest answer of a later wave. */
const quietMs = 90_000
const mostMs = { base: 120_000, perNode: 1_000 } as const

/** How long the driver collects the final state of this many nodes. */
export function collectLimits(nodes: number): DriverConfig['collect'] {
  return { answerMs, quietMs, mostMs: mostMs.base + mostMs.perNode * nodes }
}
