import { z } from 'zod'
import { hitSchema } from './hit.ts'
import { reportedLadderSchema } from './ladder.ts'

/** Version of report.json; docs/REPORT.md describes every field. 1 had no `byzantine` and no `ladder`, 2 no `warmupMs`. */
export const reportVersion = 3

const outcome = z.enum(['pass', 'fail', 'unknown'])
const figure = z.number().nullable()
/** Milliseconds; null where the percentile falls on a lost transaction. */
const percentilesSchema = z.object({ p50: figure, p95: figure, p99: figure })

const checkSchema = z.object({
  name: z.string(),
  verdict: outcome,
  level: z.enum(['target', 'acceptable', 'critical', 'missed']).optional(),
  message: z.string(),
  evidence: z.unknown().optional(),
})
export type ReportedCheck = z.infer<typeof checkSchema>

const recoverySchema = z.object({
  faults: z.array(z.string()),
  firstDecisionMs: figure,
  levelMs: figure,
  wasInterrupted: z.boolean(),
})

const contestedSchema = z.object({ accepted: z.number(), undecided: z.number(), violated: z.number() })

const noiseSchema = z.union([
  z.object({ unobservable: z.string() }),
  z.object({
    othersPercent: z.number(),
    othersWorstPercent: z.number(),
    stealPercent: z.number(),
    throttledSeconds: z.number(),
  }),
])

/** The figures of verdict.json; one that an older version did not write is null. */
const metricsSchema = z.object({
  nodes: figure.default(null),
  readySeconds: figure.default(null),
  tps: figure.default(null),
  intendedTps: figure.default(null),
  finalityMs: percentilesSchema.nullable().default(null),
  finalityAllMs: percentilesSchema.nullable().default(null),
  warmup: z.object({ seconds: z.number(), submitted: z.number() }).nullable().default(null),
  submitted: figure.default(null),
  accepted: figure.default(null),
  rejected: figure.default(null),
  undecided: figure.default(null),
  lost: figure.default(null),
  contested: contestedSchema.nullable().default(null),
  memoryPerNodeMiB: figure.default(null),
  messagesPerAcceptedTransaction: figure.default(null),
  cpuMicrosecondsPerTransactionAndNode: figure.default(null),
  noise: noiseSchema.nullable().default(null),
  clockSteps: z
    .array(z.object({ atSeconds: z.number(), byMs: z.number(), suspendedMs: z.number().optional() }))
    .default([]),
  recoveries: z.array(recoverySchema).default([]),
})
export type ReportedMetrics = z.infer<typeof metricsSchema>

/** verdict.json as any version of its schema wrote it: what a report needs of it, nothing else is kept. */
export const recordedVerdictSchema = z.object({
  schema: z.literal(1).optional(),
  run: z.string().default(''),
  scenario: z.string().default(''),
  seed: z.string().default(''),
  verdict: outcome,
  checks: z.array(checkSchema),
  metrics: metricsSchema.optional(),
})
export type RecordedVerdict = z.infer<typeof recordedVerdictSchema>

/** A figure for each stretch of `bucketMs`, the first from the begin of the load or its warm-up; null where there is none. */
const seriesSchema = z.strictObject({
  bucketMs: z.number().positive(),
  /** Transactions per second, by the time they were meant to be sent; null after the load. */
  intendedTps: z.array(figure),
  /** Transactions per second, by the time of their first acceptance at any node. */
  acceptedTps: z.array(z.number()),
  /** Milliseconds from the intended send to the first acceptance, of what was meant to be sent in the stretch. */
  finalityMs: z.strictObject({ p50: z.array(figure), p95: z.array(figure), p99: z.array(figure) }),
  /** The same to acceptance at the last node that runs. */
  finalityAllMs: z.strictObject({ p50: z.array(figure), p95: z.array(figure), p99: z.array(figure) }),
  /** Transactions meant to be sent in the stretch that no node accepted. */
  lost: z.array(z.number()),
  /** Largest 99th percentile of the delay of the driver's event loop, milliseconds. */
  driverLagMs: z.array(figure),
  /** Who used the cores, percent of all of them; null where it was not measured. */
  coresPercent: z
    .strictObject({ own: z.array(figure), others: z.array(figure), steal: z.array(figure) })
    .nullable()
    .default(null),
})
export type Series = z.infer<typeof seriesSchema>

/** One row a node, one figure for each stretch of `bucketMs` from the begin of the load or its warm-up; null: none, such as of a dead node. */
const gridSchema = z.strictObject({ bucketMs: z.number().positive(), rows: z.array(z.array(figure)) })
export type Grid = z.infer<typeof gridSchema>

/** Share of transactions accepted within so many milliseconds; lost ones keep it below 1. */
const distributionSchema = z.array(z.tuple([z.number(), z.number()]))

const faultSchema = z.strictObject({
  id: z.string(),
  kind: z.string(),
  /** As one writes it in a scenario; the id where there is no plan. */
  text: z.string(),
  targets: z.array(z.string()),
  /** Null where it is not known who collects votes. */
  hit: hitSchema.nullable().default(null),
  /** Milliseconds since the begin of the load; null for a step that never came. */
  injectMs: figure,
  effectMs: figure,
  injectedMs: figure,
  healMs: figure,
  endedMs: figure,
  healedMs: figure,
  isAttested: z.boolean(),
  evidence: z.array(z.string()),
})
export type ReportedFault = z.infer<typeof faultSchema>

/** A straight line through a figure over the load, least squares; the error is the standard error of the slope. */
const slopeSchema = z.strictObject({
  name: z.string(),
  unit: z.string(),
  perHour: z.number(),
  errorPerHour: z.number(),
  samples: z.number().int(),
})
export type Slope = z.infer<typeof slopeSchema>

/** What a run with Byzantine nodes shows of them. */
const byzantineSchema = z.strictObject({
  hit: hitSchema.nullable().default(null),
  planned: z.array(
    z.strictObject({
      node: z.string(),
      /** As one writes it after --behaviour. */
      behaviour: z.string(),
    }),
  ),
  /** What correct nodes saw no correct node do. */
  caught: z.array(
    z.strictObject({
      node: z.string(),
      /** Whether the plan has it as Byzantine; a correct one was framed. */
      isPlanned: z.boolean(),
      offence: z.string(),
      /** Nodes that saw it. */
      witnesses: z.array(z.string()),
      first: z.string(),
    }),
  ),
})

/** Where a run was; a history may know more. */
export const machineSchema = z.object({
  cpus: z.number(),
  cpuModel: z.string(),
  memoryMiB: z.number(),
  kernel: z.string(),
  engine: z.string(),
  node: z.string(),
})

/** report.json. Times without another origin are milliseconds since the begin of the measured load. */
export const reportSchema = z.strictObject({
  schema: z.union([z.literal(1), z.literal(2), z.literal(reportVersion)]),
  run: z.string(),
  scenario: z.strictObject({ name: z.string(), description: z.string(), toml: z.string().nullable() }),
  seed: z.string().nullable(),
  /** The command that plays the run again, as it was typed or as it follows from the run directory. */
  repeat: z.string().nullable(),
  /** Milliseconds since the epoch; null when the history does not tell. */
  startedAt: figure,
  endedAt: figure,
  ending: z.enum(['done', 'interrupted', 'failed']).nullable(),
  /** By what: the signal, or what broke. */
  endingMessage: z.string().nullable().default(null),
  version: z.string().nullable(),
  machine: machineSchema.nullable(),
  /** What could not be had, a sentence each; empty for a complete run. */
  missing: z.array(z.string()),
  verdict: outcome,
  checks: z.array(checkSchema),
  metrics: metricsSchema.nullable(),
  /** Length of the measured load, milliseconds. */
  loadMs: figure,
  /** Length of the load before it, milliseconds: series and grids begin so much earlier. */
  warmupMs: z.number().min(0).default(0),
  stages: z.array(z.strictObject({ stage: z.string(), seconds: figure })),
  nodes: z.array(z.strictObject({ name: z.string(), region: z.string().nullable() })),
  faults: z.array(faultSchema),
  /** Null where no node is planned to be Byzantine. */
  byzantine: byzantineSchema.nullable().default(null),
  /** Null for a run that is no ladder. */
  ladder: reportedLadderSchema.nullable().default(null),
  series: seriesSchema.nullable(),
  distribution: z
    .strictObject({ finalityMs: distributionSchema, finalityAllMs: distributionSchema })
    .nullable(),
  /** Transactions accepted per second, private memory in MiB, CPU in percent of one core, by node and time. */
  grids: z.strictObject({
    acceptedTps: gridSchema.nullable(),
    memoryMiB: gridSchema.nullable(),
    cpuPercent: gridSchema.nullable(),
  }),
  slopes: z.array(slopeSchema),
  notes: z.array(
    z.strictObject({ atMs: figure, level: z.enum(['info', 'warning', 'error']), message: z.string() }),
  ),
  /** Notes beyond those listed. */
  notesLeftOut: z.number().int(),
})
export type Report = z.infer<typeof reportSchema>

/** What a list of runs shows of report.json, whatever else a version wrote into it. */
export const listedReportSchema = z.object({
  verdict: outcome,
  checks: z.array(checkSchema),
  metrics: metricsSchema.nullable(),
})
