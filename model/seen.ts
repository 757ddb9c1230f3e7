import { z } from 'zod'
import { type SeenColumn, seenColumns } from '../nodes/contract/seen-columns.ts'

const column = z.array(z.number()).readonly()
const columns = Object.fromEntries(seenColumns.map(name => [name, column])) as Record<
  SeenColumn,
  typeof column
>

/** What GET /seen tells: counts of what a node saw each of its peers do, by roster index. */
export const seenSchema = z.object({
  since: z.number(),
  due: z.number(),
  accepted: z.number(),
  ...columns,
})
export type Seen = z.infer<typeof seenSchema>

/** What GET /evidence tells: what peers were caught at, who voted how on what was spent twice, and what is undecided. */
export const evidenceSchema = z.object({
  caught: z.array(
    z.object({ node: z.number(), offence: z.string(), count: z.number(), first: z.string().max(1000) }),
  ),
  contested: z.array(
    z.object({
      vertex: z.string(),
      issuer: z.number(),
      transactions: z.array(z.object({ position: z.number(), id: z.string(), set: z.string().optional() })),
      votes: z.array(z.object({ exceptions: z.array(z.number()), voters: z.array(z.number()) })),
    }),
  ),
  undecided: z.array(z.object({ vertex: z.string(), transactions: z.array(z.string()) })).optional(),
})
