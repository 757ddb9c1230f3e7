import { z } from 'zod'

const column = z.array(z.number()).readonly()

/** What GET /seen tells: counts of what a node saw each of its peers do, by roster index. nodes/host/tallies.ts says what each column counts. */
export const seenSchema = z.object({
  since: z.number(),
  due: z.number(),
  accepted: z.number(),
  ...{ frames: column, votes: column, refused: column, stray: column, heard: column },
  ...{ over125: column, over250: column, over500: column, over1000: column, over2000: column },
  ...{ gossips: column, gossipAgeMs: column, asked: column, served: column },
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
