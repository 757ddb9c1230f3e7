import { z } from 'zod'
import { durationSchema } from './duration.ts'

/**
 * When a fault happens, counted from the begin of the load. One of: once `at` a time, `every` so often, or as a Poisson
 * process with this `mean` gap; with none of them once, early in the load. It is undone `for` later.
 */
const when = {
  at: durationSchema.optional(),
  every: durationSchema.optional(),
  mean: durationSchema.optional(),
  for: durationSchema,
}
/** Whom it hits, such as `node-3`, `any(10)`, `any(f)`, `fraction(0.3)`, `minority`; drawn anew at each occurrence. */
const targeted = { ...when, targets: z.string().default('any(1)') }

/** Ways to part the network, see `blockedLinks` in chaos/partition.ts. */
export const cuts = ['halves', 'minority', 'one-way', 'bridge', 'ring'] as const
export type Cut = (typeof cuts)[number]

export const faultKinds = ['kill', 'stop', 'pause', 'partition', 'isolate'] as const

/** One fault as a person writes it. */
export const faultSchema = z.discriminatedUnion(
  'kind',
  [
    /** SIGKILL of the container; started again after `for`. */
    z.strictObject({ kind: z.literal('kill'), ...targeted }),
    /** SIGTERM, and SIGKILL when that is not enough; started again after `for`. */
    z.strictObject({ kind: z.literal('stop'), ...targeted }),
    /** All its processes frozen. */
    z.strictObject({ kind: z.literal('pause'), ...targeted }),
    /** Links between groups of all nodes carry nothing; who is in which group is drawn anew at each occurrence. */
    z.strictObject({ kind: z.literal('partition'), cut: z.enum(cuts).default('halves'), ...when }),
    /** Each target alone: nobody hears it, and it hears nobody. */
    z.strictObject({ kind: z.literal('isolate'), ...targeted }),
  ],
  { error: `expected one of ${faultKinds.join(', ')}` },
)
export type Fault = z.infer<typeof faultSchema>
export type FaultKind = Fault['kind']

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
}

/** Whether a fault is one of links between nodes, which takes the shaper. */
export function isOfLinks({ kind }: Pick<Fault, 'kind'>): boolean {
  return kind === 'partition' || kind === 'isolate'
}
