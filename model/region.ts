import { z } from 'zod'
import { durationSchema } from './duration.ts'

/** Round-trip times between regions, milliseconds, by the names of both; either order of the two will do. */
export type RegionMatrix = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Matrices that are shipped, see chaos/schedule/matrices.ts. */
export const matrixNames = ['cloud', 'broken-triangle'] as const

/** The name of one that is shipped, or one of one's own: `{ eu = { us = "80ms", asia = "180ms" }, us = { asia = "150ms" } }`. */
export const matrixSchema = z.union(
  [z.enum(matrixNames), z.record(z.string(), z.record(z.string(), durationSchema))],
  {
    error: `expected ${matrixNames.join(' or ')}, or a table of round-trip times such as { eu = { us = "80ms" } }`,
  },
)

/**
 * Which node is in which region: names, among which the nodes are divided evenly and in order, or a table of names with
 * the indexes of their nodes, such as `{ eu = "0-9", us = "10-17, 19" }`.
 */
export const regionsSchema = z.union(
  [
    z.array(z.string().min(1)).min(1),
    z.record(z.string(), z.string().regex(/^\d+(-\d+)?(\s*,\s*\d+(-\d+)?)*$/)),
  ],
  {
    error:
      'expected a list of names, or a table of names with the indexes of their nodes such as { eu = "0-9, 12" }',
  },
)
export type Regions = z.infer<typeof regionsSchema>
