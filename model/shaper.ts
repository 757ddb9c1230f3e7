import { z } from 'zod'
import { qualitySchema } from './quality.ts'

/** The shaper's own word for it: how long rules stay that nobody renews, milliseconds. */
export const shaperLeaseMs = 15_000

/** The files over which the lease is renewed: what the harness said last, and what the shaper tells of it. */
export interface LeasePaths {
  readonly said: string
  readonly told: string
}
export const leasePaths: LeasePaths = { said: '/tmp/lease-said', told: '/tmp/lease-told' }

/** The line over which a lease is renewed, for sh(1): it takes and answers one word a line, and starts no process for it. */
export function leaseCommand({ said, told }: LeasePaths): string[] {
  return [
    'sh',
    '-c',
    `while read -r word; do echo "$word" >${said}; read -r answer <${told}; echo "$answer"; done`,
  ]
}

/** Where the shaper finds the disks it may fill, one folder each. */
export const disksPath = '/disks'
/** Where the shaper finds the cgroups of the engine's machine, which are at `source` there. */
export const cgroups = { source: '/sys/fs/cgroup', path: '/cgroup' } as const

const index = z.int().min(0)
const container = z.string().regex(/^[0-9a-f]{64}$/)

/** What one network namespace is to do. Sets and qualities are shared by index: in a halves partition 500 namespaces have two sets. */
const namespaceSchema = z.strictObject({
  /** The node's name, for the journal. */
  name: z.string(),
  /** Full id of its instance: the shaper finds the process, also after a restart. */
  container,
  /** Sets of addresses that are not heard, and that are not reached. */
  from: index,
  to: index,
  /** Shares of what comes from a set that are dropped on arrival; sets do not overlap. */
  losses: z.array(z.strictObject({ from: index, share: z.number().gt(0).max(1) })),
  /** Shares of what goes to a set that are sent twice; sets do not overlap. */
  duplicates: z.array(z.strictObject({ to: index, share: z.number().gt(0).max(1) })),
  /** How what goes to a set is sent; sets do not overlap. */
  classes: z.array(z.strictObject({ to: index, quality: index })),
  /** Nothing but loopback passes, whatever its address and direction. */
  isAlone: z.boolean().optional(),
  /** Segmentation offload would make one packet of 64 KB where loss and corruption are counted by packets. */
  isUnsegmented: z.boolean(),
})
export type ShapedNamespace = z.infer<typeof namespaceSchema>

/** Files of a cgroup that hold the limits of an instance: of version 1, then of version 2 (cgroups(7)). */
export const limitFiles = [
  'cpu.cfs_quota_us',
  'cpu.cfs_period_us',
  'memory.limit_in_bytes',
  'memory.memsw.limit_in_bytes',
  'cpu.max',
  'memory.max',
  'memory.swap.max',
] as const
const kernelLimitsSchema = z.partialRecord(z.enum(limitFiles), z.string().regex(/^[-0-9a-z ]+$/))
/** The limits of an instance as the kernel has them: text by file, so that they are put back to the letter. */
export type KernelLimits = Readonly<z.infer<typeof kernelLimitsSchema>>

/** The limits of one instance: what they were, and what they are to be. */
const limitedSchema = z.strictObject({
  name: z.string(),
  container,
  was: kernelLimitsSchema,
  set: kernelLimitsSchema,
})
export type Limited = z.infer<typeof limitedSchema>

/** One document, one change of everything: what it does not name is healed. */
const shapeSchema = z.strictObject({
  kind: z.literal('shape'),
  leaseMs: z.int().min(1),
  sets: z.array(z.array(z.ipv4())),
  qualities: z.array(qualitySchema),
  namespaces: z.array(namespaceSchema),
  /** Names of disks that are to be full. */
  disks: z.array(z.string().regex(/^[a-z0-9-]+$/)),
  limits: z.array(limitedSchema).optional(),
  /** Done before and not to be any more, whoever did it: a shaper that was started again does not know of it. */
  over: z
    .strictObject({
      namespaces: z.array(z.strictObject({ name: z.string(), container })),
      limits: z.array(limitedSchema),
    })
    .optional(),
})
export type ShapeRequest = z.infer<typeof shapeSchema>

/** How pings are sent: so many, so far apart, with so many bytes of payload. */
const trainSchema = z.strictObject({
  count: z.int().min(1).max(1000),
  intervalMs: z.int().min(2),
  bytes: z.int().min(16).max(60_000),
  /** For answers after the last one was sent. */
  waitMs: z.int().min(100),
})
export type Train = z.infer<typeof trainSchema>

export const shaperRequestSchema = z.discriminatedUnion('kind', [
  shapeSchema,
  /** Pings from inside an instance's namespace; with a port, TCP connections to it instead. */
  z.strictObject({
    kind: z.literal('probe'),
    train: trainSchema,
    pairs: z.array(
      z.strictObject({ container, address: z.ipv4(), port: z.int().min(1).max(65_535).optional() }),
    ),
  }),
  /** Inspects everything that is held, and returns the breaks from this number on. */
  z.strictObject({ kind: z.literal('verify'), since: index }),
  /** What the rules and the kernels of these instances have counted. */
  z.strictObject({ kind: z.literal('count'), containers: z.array(container) }),
  /** How much room is on these disks. */
  z.strictObject({ kind: z.literal('measure-disks'), disks: z.array(z.string().regex(/^[a-z0-9-]+$/)) }),
  /** The limits of these instances. */
  z.strictObject({ kind: z.literal('read-limits'), containers: z.array(container) }),
  /** Removes our rules from these instances, whoever made them, and puts back these limits where they are still as set. */
  z.strictObject({
    kind: z.literal('purge'),
    containers: z.array(container),
    limits: z.array(limitedSchema).optional(),
  }),
])
export type ShaperRequest = z.infer<typeof shaperRequestSchema>

/** What came back of one train of pings. */
export interface Pinged {
  readonly sent: number
  /** Distinct ones that were answered. */
  readonly answered: number
  /** Further answers to the same. */
  readonly duplicates: number
  /** Of the distinct ones, in the order of their arrival. */
  readonly roundTripsMs: readonly number[]
  /** Why none was sent. */
  readonly problem?: string
}

/** Packets dropped since the rules were last changed, and what the kernel knows of a namespace. */
export interface Counted {
  readonly unheard: number
  readonly unreached: number
  readonly lost: number
  /** Echo requests that arrived, answered or not: nothing but probes sends any. */
  readonly echoes: number
  /** A TCP port on which somebody listens; null where nobody does. */
  readonly listens: number | null
}

/** What the shaper holds now. */
export interface ShaperHeld {
  readonly namespaces: number
  readonly disks: number
  /** Instances whose limits are narrowed down. */
  readonly limits: number
  /** Times that something held was found changed by somebody else, or found back, since the shaper started. */
  readonly breaks: number
}

/** What a disk goes by beside instances. */
export function diskOf(name: string): string {
  return `disk ${name}`
}

/** What the limits of an instance go by. */
export function limitsOf(name: string): string {
  return `limits of ${name}`
}

/** A change by somebody else to something held, or its restoration. */
export interface Break {
  /** Of the instance, of its limits (`limitsOf`), or of the disk (`diskOf`). */
  readonly name: string
  readonly holds: boolean
  readonly evidence: string
  /** How long ago that was found, milliseconds. */
  readonly agoMs: number
}

export interface DiskRoom {
  readonly name: string
  readonly totalBytes: number
  readonly freeBytes: number
}

/** The limits of an instance, or why they are not known; `isDown`: it has no process. */
export type ReadLimits =
  | { readonly limits: KernelLimits }
  | { readonly problem: string; readonly isDown?: true }

export type ShaperReply =
  | {
      readonly kind: 'shaped'
      readonly changed: number
      readonly healed: number
      /** Namespaces and disks that could not be changed, with the reason; an instance without a process is none of them. */
      readonly failed: readonly { readonly name: string; readonly reason: string }[]
      readonly milliseconds: number
    }
  | { readonly kind: 'probed'; readonly pinged: readonly Pinged[] }
  | { readonly kind: 'verified'; readonly breaks: readonly Break[] }
  /** Null where there is no process. */
  | { readonly kind: 'counted'; readonly counted: readonly (Counted | null)[] }
  | { readonly kind: 'disks'; readonly disks: readonly DiskRoom[] }
  | { readonly kind: 'limits'; readonly read: readonly ReadLimits[] }
  | { readonly kind: 'purged'; readonly containers: number }
  | { readonly kind: 'refused'; readonly message: string }
