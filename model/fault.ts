import { z } from 'zod'
import { type Plain, readBehaviour, writeBehaviour } from './behaviour.ts'
import { durationSchema, formatDuration, signedDurationSchema } from './duration.ts'
import { bandwidth, bytes, quantitySchema, share } from './quantity.ts'
import { matrixSchema } from './region.ts'

/**
 * When a fault happens, counted from the begin of the load. One of: once `at` a time, `every` so often, or as a Poisson
 * process with this `mean` gap, both within the window `from` … `until`; with none of them once, early in the load. It is
 * undone `for` later.
 */
const when = {
  at: durationSchema.optional(),
  every: durationSchema.optional(),
  mean: durationSchema.optional(),
  from: durationSchema.optional(),
  until: durationSchema.optional(),
  for: durationSchema,
}
/** Whom it hits, such as `node-3`, `any(10)`, `any(2, collectors)`, `fraction(0.3)`, `minority`; drawn anew at each occurrence. */
const targeted = { ...when, targets: z.string().default('any(1)') }
/** What the targets send on their links; `to` narrows these down to the ones that lead there. */
const onLinks = { ...targeted, to: z.string().optional() }
const someShare = { share: quantitySchema(share) }

/** A behaviour as one types it, such as `always-reject` or `delay(by=200ms)`. */
const behaviourText = z.string().transform((text, context): Plain => {
  try {
    const behaviour = readBehaviour(text)
    // It is what a node does when it starts: switching it on later would change nothing.
    if (behaviour.name !== 'amnesia') return behaviour
    throw new RangeError('amnesia is there from the start or not at all: plan it with [[byzantine]]')
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})

/** Ways to part the network, see `severed` in chaos/schedule/partition.ts. */
export const cuts = ['halves', 'minority', 'one-way', 'bridge', 'ring'] as const
export type Cut = (typeof cuts)[number]

/** Shapes that netem(8) has tables for, and its own default. */
export const distributions = ['uniform', 'normal', 'pareto', 'paretonormal'] as const

/** One fault as a person writes it, by kind. */
const schemas = {
  /** SIGKILL of the instance; started again after `for`. */
  kill: z.strictObject({ kind: z.literal('kill'), ...targeted }),
  /** SIGTERM, and SIGKILL when that is not enough; started again after `for`. */
  stop: z.strictObject({ kind: z.literal('stop'), ...targeted }),
  /** As stop, down for a moment only. */
  restart: z.strictObject({ kind: z.literal('restart'), ...targeted, for: durationSchema.default(1000) }),
  /** One target after the other is restarted, the next one `gap` after the one before is up. */
  'rolling-restart': z.strictObject({
    kind: z.literal('rolling-restart'),
    ...targeted,
    targets: z.string().default('all'),
    for: durationSchema.default(1000),
    gap: durationSchema.default(5000),
  }),
  /** All its processes frozen. */
  pause: z.strictObject({ kind: z.literal('pause'), ...targeted }),
  /** Links between groups of all nodes carry nothing; who is in which group is drawn anew at each occurrence. */
  partition: z.strictObject({ kind: z.literal('partition'), cut: z.enum(cuts).default('halves'), ...when }),
  /** Each target alone: nobody hears it, and it hears nobody. */
  isolate: z.strictObject({ kind: z.literal('isolate'), ...targeted }),
  /** What the targets send arrives later: round trips with them grow by this, with a jitter (standard deviation). */
  delay: z.strictObject({
    kind: z.literal('delay'),
    ...onLinks,
    by: durationSchema,
    jitter: durationSchema.default(0),
    distribution: z.enum(distributions).default('normal'),
  }),
  /** A share of what the targets send never arrives. */
  loss: z.strictObject({ kind: z.literal('loss'), ...onLinks, ...someShare }),
  /** A share of what the targets send arrives twice. */
  duplicate: z.strictObject({ kind: z.literal('duplicate'), ...onLinks, ...someShare }),
  /** A share of what the targets send arrives with a bit flipped. */
  corrupt: z.strictObject({ kind: z.literal('corrupt'), ...onLinks, ...someShare }),
  /** A share of what the targets send overtakes the rest, which is held back by this much. */
  reorder: z.strictObject({
    kind: z.literal('reorder'),
    ...onLinks,
    ...someShare,
    by: durationSchema.default(20),
  }),
  /** What each target sends shares this bandwidth. */
  rate: z.strictObject({ kind: z.literal('rate'), ...onLinks, bandwidth: quantitySchema(bandwidth) }),
  /** Every link between regions takes as long as a matrix of round-trip times says. */
  wan: z.strictObject({ kind: z.literal('wan'), ...when, matrix: matrixSchema.default('cloud') }),
  /** The targets' instances get this share of the CPU time that they may use, or of one core where they may use all. */
  cpu: z.strictObject({ kind: z.literal('cpu'), ...targeted, ...someShare }),
  /** The targets' instances may hold this much memory. */
  memory: z.strictObject({ kind: z.literal('memory'), ...targeted, limit: quantitySchema(bytes) }),
  /** The file system of the targets' stores has no byte left. */
  'disk-full': z.strictObject({ kind: z.literal('disk-full'), ...targeted }),
  /** The targets are Byzantine for a while, in place of whatever they are otherwise. */
  behaviour: z.strictObject({ kind: z.literal('behaviour'), ...targeted, as: behaviourText }),
  /** The targets' clocks are ahead by this (`2s`) or behind (`-2s`). */
  skew: z.strictObject({ kind: z.literal('skew'), ...targeted, by: signedDurationSchema }),
} as const

type Schemas = typeof schemas
export type FaultKind = keyof Schemas
export const faultKinds = Object.keys(schemas) as readonly FaultKind[]

export const faultSchema = z.discriminatedUnion(
  'kind',
  Object.values(schemas) as unknown as [Schemas[FaultKind], ...Schemas[FaultKind][]],
  { error: `expected one of ${faultKinds.join(', ')}` },
)
export type Fault = z.infer<Schemas[FaultKind]>

/** The keys that a fault of this kind may have. */
export function faultKeys(kind: FaultKind): readonly string[] {
  return Object.keys(schemas[kind].shape)
}

/** Every directed link from one of `from` to one of `to`, which may have nodes in common: nobody has a link to itself. */
export interface Links {
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/** One happening of a fault, with everything drawn: equal scenario and seed give equal occurrences. */
export interface Occurrence {
  /** `kill-1`, `kill-2`, `pause-1` …: its name in the history and on the terminal. */
  readonly id: string
  readonly fault: Fault
  /** Milliseconds from the begin of the load. */
  readonly atMs: number
  readonly forMs: number
  /** Node indexes, ascending; of a partition all nodes, in the order that its groups are cut from. */
  readonly targets: readonly number[]
  /** Whom the links lead to that are hit; everybody when it is left out. */
  readonly to?: readonly number[]
  /** Of a partition: the links that carry nothing. */
  readonly cutLinks?: readonly Links[]
  /** The occurrence that must have ended `gapMs` before this one begins, as in a rolling restart. */
  readonly after?: { readonly id: string; readonly gapMs: number }
}

const linkKinds = [
  'partition',
  'isolate',
  'delay',
  'loss',
  'duplicate',
  'corrupt',
  'reorder',
  'rate',
  'wan',
] as const satisfies readonly FaultKind[]
const netemKinds: readonly FaultKind[] = ['delay', 'corrupt', 'reorder', 'wan']

const silencing: readonly FaultKind[] = ['kill', 'stop', 'restart', 'rolling-restart', 'pause', 'disk-full']

/** Whether its targets take no part while it lasts. */
export function silences({ kind }: Fault): boolean {
  return silencing.includes(kind)
}

/** Whether its targets have to start again when it is over. */
export function endsProcess(fault: Fault): boolean {
  return silences(fault) && fault.kind !== 'pause'
}

/** Whether its targets may take their grace period (SIGTERM until SIGKILL) to go down. */
export function stopsGracefully({ kind }: Fault): boolean {
  return kind === 'stop' || kind === 'restart' || kind === 'rolling-restart'
}

/** A fault of links between nodes. */
export type LinkFault = Extract<Fault, { kind: (typeof linkKinds)[number] }>

/** Whether a fault is one of links between nodes. */
export function isOfLinks(fault: Fault): fault is LinkFault {
  return (linkKinds as readonly FaultKind[]).includes(fault.kind)
}

/** Faults that are set through the node itself, not done to its instance: several nodes of one instance are hit each by itself. */
export function isOfNodes({ kind }: Fault): boolean {
  return kind === 'skew' || kind === 'behaviour'
}

/** Whether it takes the shaper. */
export function needsShaper(fault: Fault): boolean {
  return isOfLinks(fault) || fault.kind === 'disk-full' || isOfLimits(fault)
}

/** Whether it narrows down what instances may use. */
export function isOfLimits({ kind }: Fault): boolean {
  return kind === 'cpu' || kind === 'memory'
}

/** Whether it takes a kernel with sch_netem. */
export function needsNetem({ kind }: Fault): boolean {
  return netemKinds.includes(kind)
}

const formats: Readonly<Record<string, (value: number) => string>> = {
  ...Object.fromEntries(
    ['at', 'every', 'mean', 'from', 'until', 'for', 'gap', 'by', 'jitter'].map(key => [key, formatDuration]),
  ),
  share: share.format,
  bandwidth: bandwidth.format,
  limit: bytes.format,
}

/** A fault as it stands in a scenario, quantities as text; keys that were not given stay away. */
export function writeFault(fault: Fault): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fault)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, key === 'as' ? writeBehaviour(value as Plain) : written(key, value)]),
  )
}

function written(key: string, value: unknown): unknown {
  if (typeof value === 'number') return (formats[key] ?? formatDuration)(value)
  if (typeof value !== 'object' || value === null) return value
  // A matrix of one's own: all in it are round-trip times.
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, written('', inner)]))
}
