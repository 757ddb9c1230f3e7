import { z } from 'zod'
import { distributions } from './fault.ts'

const share = z.number().min(0).max(1)

/** How a directed link delays and spoils what it carries. */
export const qualitySchema = z.strictObject({
  delayMs: z.number().min(0),
  /** Standard deviation of the delay. */
  jitterMs: z.number().min(0),
  distribution: z.enum(distributions),
  corrupt: share,
  /** Share of packets that are not delayed, and so overtake those that are. */
  reorder: share,
  /** Bits per second that all links of this quality out of one node share; null: no limit. */
  bitsPerSecond: z.number().positive().nullable(),
})
export type Quality = z.infer<typeof qualitySchema>

/** A link nothing was done to. */
export const perfect: Quality = {
  delayMs: 0,
  jitterMs: 0,
  distribution: 'normal',
  corrupt: 0,
  reorder: 0,
  bitsPerSecond: null,
}

/** Two faults on one link: delays add up, independent deviations by their squares, and the narrower bandwidth counts. */
export function combined(a: Quality, b: Quality): Quality {
  const bandwidths = [a.bitsPerSecond, b.bitsPerSecond].filter(bits => bits !== null)
  return {
    delayMs: a.delayMs + b.delayMs,
    jitterMs: Math.hypot(a.jitterMs, b.jitterMs),
    distribution: a.jitterMs > 0 ? a.distribution : b.distribution,
    corrupt: either(a.corrupt, b.corrupt),
    reorder: either(a.reorder, b.reorder),
    bitsPerSecond: bandwidths.length > 0 ? Math.min(...bandwidths) : null,
  }
}

/** The share that is hit by at least one of two independent causes. */
export function either(a: number, b: number): number {
  return a + b - a * b
}
