import { z } from 'zod'

/** The shaper's own word for it: how long rules stay that nobody renews, milliseconds. */
export const shaperLeaseMs = 15_000

const addresses = z.array(z.ipv4())

/**
 * What one network namespace is to drop. Sets are shared by index: in a halves partition 500 namespaces have two.
 */
const namespaceSchema = z.strictObject({
  /** The node's name, for the journal. */
  name: z.string(),
  /** Full id of its container: the shaper finds the process, also after a restart. */
  container: z.string().regex(/^[0-9a-f]{64}$/),
  /** Indexes into `sets`: sources that are not heard, and destinations that are not reached. */
  from: z.int().min(0),
  to: z.int().min(0),
})

/** One document, one change of the whole network; what it does not name is healed. */
export const shaperRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('shape'),
    leaseMs: z.int().min(1),
    sets: z.array(addresses),
    namespaces: z.array(namespaceSchema),
  }),
  /** Nothing changes but the time the rules have left. */
  z.strictObject({ kind: z.literal('renew'), leaseMs: z.int().min(1) }),
  /** Pings from inside a container's namespace. */
  z.strictObject({
    kind: z.literal('probe'),
    timeoutMs: z.int().min(100),
    pairs: z.array(z.strictObject({ container: z.string(), address: z.ipv4() })),
  }),
])
export type ShaperRequest = z.infer<typeof shaperRequestSchema>
export type ShapeRequest = Extract<ShaperRequest, { kind: 'shape' }>

export type ShaperReply =
  | {
      readonly kind: 'shaped'
      readonly changed: number
      readonly healed: number
      /** Namespaces that could not be changed, with the reason; a container without a process is none of them. */
      readonly failed: readonly { readonly name: string; readonly reason: string }[]
      readonly milliseconds: number
    }
  | { readonly kind: 'renewed'; readonly namespaces: number }
  | { readonly kind: 'probed'; readonly answered: readonly boolean[] }
  | { readonly kind: 'refused'; readonly message: string }
