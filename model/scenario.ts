import { z } from 'zod'
import { payloadBytesMax } from '../nodes/contract/limits.ts'
import { byzantineSchema } from './behaviour.ts'
import { durationSchema, formatDuration } from './duration.ts'
import { faultSchema } from './fault.ts'
import { regionsSchema } from './region.ts'
import { systemSchema } from './system.ts'

/** A figure to reach, in three levels; the verdict fails only past `critical`. */
const levelsSchema = z.strictObject({
  target: z.number().positive(),
  acceptable: z.number().positive(),
  critical: z.number().positive(),
})
export type Objective = z.infer<typeof levelsSchema>

/** @param better which figures are better: each level must be reached by all that reach the one before */
const objectiveSchema = (better: 'higher' | 'lower') =>
  levelsSchema.superRefine(({ target, acceptable, critical }, context) => {
    const isBetter = (one: number, other: number) => (better === 'higher' ? one > other : one < other)
    const sign = better === 'higher' ? '>=' : '<='
    const order = `expected target ${sign} acceptable ${sign} critical`
    const issue = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message: `${message}; ${order}` })
    if (isBetter(acceptable, target))
      issue('acceptable', `${acceptable} asks for more than the target ${target}`)
    if (isBetter(critical, acceptable))
      issue('critical', `${critical} asks for more than the acceptable ${acceptable}`)
  })

const consensusSchema = z.strictObject({
  /** census: everybody is asked once; sampled: polls of k random nodes, again and again (Snow family). */
  rule: z.enum(['census', 'sampled']).default('census'),
  /** Census: share of the roster that may be faulty: f = floor(tau * N), alpha = N - f. Safe while B < N - 2f. */
  tau: z.number().gt(0).lt(0.5).default(0.32),
  /**
   * Census: 1 (default), votes that never change; 2, lock votes, which resolve double-spends and take one more exchange of votes.
   * Sampled: successful polls in a row that accept; default 20.
   */
  beta: z.number().int().min(1).max(10_000).optional(),
  /** Sampled: nodes asked by a poll; default 20. */
  k: z.number().int().min(1).optional(),
  /** Sampled: chits that make a preference, and chits that raise the confidence in it; default 15 each. */
  alphaPreference: z.number().int().min(1).optional(),
  alphaConfidence: z.number().int().min(1).optional(),
  /** A node that has caught more than f peers red-handed stops accepting; only where there are Byzantine nodes to catch. */
  faultCensus: z.boolean().default(false),
})

/** Length of a measured load that nobody asked for, milliseconds. */
export const defaultLoadMs = 60_000
export const defaultPayloadBytes = 64

const hourMs = 3_600_000
const week = durationSchema.refine(ms => ms <= 168 * hourMs, 'expected at most 168h')
const day = durationSchema.refine(ms => ms <= 24 * hourMs, 'expected at most 24h')

const workloadFields = z.strictObject({
  /** Transactions per second over the whole network; left out, it comes from the CPU budget of the machine. */
  rate: z.number().positive().max(100_000).optional(),
  /** The same load before the measured window; left out, 10 s, or the length of the window where that is shorter. */
  warmup: durationSchema.optional(),
  /** Length of the measured window. */
  duration: week.default(defaultLoadMs),
  /** Spacing of intended send times: even, or a Poisson process of the same mean rate. */
  arrival: z.enum(['constant', 'poisson']).default('constant'),
  payloadBytes: z.number().int().min(0).max(payloadBytesMax).default(defaultPayloadBytes),
  /** Share of transactions that are one side of a double-spend, both sides sent to different nodes. */
  conflictShare: z.number().min(0).max(1).default(0),
})

const workloadSchema = workloadFields.superRefine((workload, context) => {
  const message = warmupProblem(workload)
  if (message !== undefined) context.addIssue({ code: 'custom', path: ['warmup'], message })
})

/** Says why a warm-up cannot go with its load, or nothing. */
export function warmupProblem({
  warmup = 0,
  duration,
}: Pick<z.infer<typeof workloadFields>, 'warmup' | 'duration'>): string | undefined {
  if (warmup <= duration) return undefined
  return `a warm-up of ${formatDuration(warmup)} is longer than the load of ${formatDuration(duration)}`
}

const settleSchema = z.strictObject({
  /**
   * How long after the load (and after the last heal) everything may take to be decided everywhere; left out, a
   * minute.
   */
  deadline: day.optional(),
  /** How long after that double-spends may still take; what is undecided then is counted as that, and is no failure. */
  contested: day.default(5000),
})

const expectSchema = z.strictObject({
  /** Nothing unconflicted is to be accepted: progress is the failure then, and safety must hold all the same. */
  stall: z.boolean().default(false),
  /**
   * Accepted transactions per second over the measured load, higher is better. `measured` for a run that seeks the limit: throughput and
   * finality are reported and not judged. Left out, a share of what was due in each minute has to be accepted in time.
   */
  throughput: z
    .union([z.literal('measured'), objectiveSchema('higher')], {
      error: 'expected "measured", or a table of target, acceptable and critical',
    })
    .optional(),
  /** 95th percentile of finality at the issuer, milliseconds. Lower is better. Left out, it comes from the cost model. */
  finalityP95Ms: objectiveSchema('lower').optional(),
  /** 99th percentile of finality at the issuer, milliseconds. Lower is better. */
  finalityP99Ms: objectiveSchema('lower').optional(),
})

/** What a person writes. Unknown keys are errors: a misspelt fault must never mean "no fault". */
export const scenarioSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'expected lower-case letters, digits and dashes'),
  description: z.string().default(''),
  nodes: z.number().int().min(4),
  /** What the nodes are; left out, the reference node. */
  system: systemSchema.optional(),
  consensus: consensusSchema.prefault({}),
  workload: workloadSchema.prefault({}),
  settle: settleSchema.prefault({}),
  /** Left out, there are regions only for a wan fault: all of its matrix, with the nodes divided evenly. */
  regions: regionsSchema.optional(),
  faults: z.array(faultSchema).default([]),
  /** Who is Byzantine from the start, and how. */
  byzantine: z.array(byzantineSchema).default([]),
  expect: expectSchema.prefault({}),
})

/** A scenario with defaults filled in; durations in milliseconds. */
export type Scenario = z.infer<typeof scenarioSchema>
