import { z } from 'zod'
import { clientNames } from './ports/system.ts'

/**
 * driver.json, mounted into the driver's instance. The driver's HTTP interface (port driverPort, published on
 * 127.0.0.1 only; POST and PUT need the run's bearer token):
 *
 * - GET  /status   DriverStatus as JSON
 * - GET  /clock    DriverClock: what its lines would have as `at` now
 * - POST /load     start the workload; 409 unless every node is ready, or when it was started before; 202. What is
 *                  not signed by then is signed first (phase waiting), so the load may begin a moment later
 *                  With ?until=healed, settling does not begin before POST /healed
 * - POST /healed   no fault is in force any more; 202
 * - POST /stop     end the load early (Ctrl-C): what was sent is still settled and collected; 202
 * - POST /abandon  end at once: write the `end` line and finish the history; 202
 * - GET  /metrics  the driver's own, as Prometheus text
 * - GET, PUT /metrics/harness  what the harness tells Prometheus by way of the driver; 503 when it has been silent for 15 s
 * - GET, PUT /nodes/N/clock, /behaviour and GET /evidence, /seen  handed on to node N: the driver is where nodes can be reached; 502 when the node does not answer
 * - POST /renew    end at once and begin anew with the configuration in the body; 202. The next /status tells its run
 * - GET  /history?from=N  NDJSON of the driver's part of the history from its line N on; stays open until the
 *                  driver's `end` line. A reader that was cut off continues at the next line it lacks.
 */
export const driverConfigSchema = z.strictObject({
  schema: z.literal(1),
  run: z.string(),
  seed: z.string(),
  /** What times count from on the kernel named by `boot`. On another one, or where it is left out, they count from the driver's start. */
  clock: z
    .strictObject({ monotonicNs: z.string().regex(/^\d+$/), wallMs: z.number(), boot: z.string() })
    .optional(),
  port: z.number().int(),
  /** Control base URL of each node, by index. */
  nodes: z.array(z.string()),
  /** The client half that talks to the nodes; left out, that of the node contract. */
  client: z.enum(clientNames).optional(),
  /** False where nodes report no evidence. */
  evidence: z.boolean().optional(),
  /** Indexes of nodes that nothing is submitted to and that nobody waits for: a client of a liar has no promise. */
  byzantine: z.array(z.number().int()).readonly().optional(),
  /** Whose second instances the last of the nodes are. */
  twins: z.array(z.number().int()).readonly().optional(),
  /** Correct nodes that tell in the end what they saw their peers do, vertices younger than `ageMs` left out. */
  witnesses: z.strictObject({ nodes: z.array(z.number().int()).readonly(), ageMs: z.number() }).optional(),
  workload: z.strictObject({
    rate: z.number().positive(),
    /** The same load before the measured window. */
    warmupMs: z.number().min(0).default(0),
    durationMs: z.number().positive(),
    arrival: z.enum(['constant', 'poisson']),
    payloadBytes: z.number().int().min(0),
    conflictShare: z.number().min(0).max(1),
    batchMs: z.number().positive(),
    settleDeadlineMs: z.number().positive(),
    /** What contested sets are given beyond that. */
    contestedDeadlineMs: z.number().min(0).default(0),
  }),
  /** How long the final state of the nodes is collected, milliseconds. */
  collect: z.strictObject({
    /** What a node has to answer at first; later waves give it longer. */
    answerMs: z.number().positive(),
    /** Without any answer for this long the collection ends. */
    quietMs: z.number().positive(),
    /** The hard bound, however many answers still come. */
    mostMs: z.number().positive(),
  }),
})
export type DriverConfig = z.infer<typeof driverConfigSchema>

/** waiting for nodes, ready to load, warming up, loading, waiting for the rest to be decided, reading final state, history complete. */
export const driverPhases = ['waiting', 'ready', 'warmup', 'load', 'settle', 'collect', 'done'] as const
export type DriverPhase = (typeof driverPhases)[number]

/** The answer of GET /clock. */
export interface DriverClock {
  readonly at: number
  /** Which start of which kernel it runs on; null where the kernel does not say. */
  readonly boot: string | null
}

export interface DriverStatus {
  readonly run: string
  readonly phase: DriverPhase
  readonly nodesReady: number
  readonly nodes: number
  /** Up to 10 nodes that are not ready and what they say is missing. */
  readonly missing: readonly { readonly node: number; readonly message: string }[]
  /** Up to 10 correct nodes whose answers the contract does not allow; left out by drivers that do not look. */
  readonly outside?: readonly { readonly node: number; readonly message: string }[]
  readonly submitted: number
  /** Decided at some node, and at every node. */
  readonly decided: number
  readonly decidedEverywhere: number
  /** Accepted per second over the last 5 whole seconds. */
  readonly tps: number
  /** 95th percentile over the same seconds and the one that runs; null when nothing was accepted in them. */
  readonly finalityP95Ms: number | null
  /** For how long nothing was decided although something was sent and is undecided, ms. */
  readonly silentMs: number
  /** Nodes whose final state has arrived. */
  readonly collected: number
  /** Since the measured load began, negative in the warm-up; before both, since the driver started. */
  readonly elapsedMs: number
}

/** Where the driver takes and tells what the harness has to say to Prometheus. */
export const harnessMetricsPath = '/metrics/harness'
