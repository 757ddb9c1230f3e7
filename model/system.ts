import { z } from 'zod'
import type { BehaviourName } from '../nodes/contract/behaviours.ts'
import { behaviourNames } from './behaviour.ts'
import { buildFields } from './build.ts'
import { durationSchema, formatDuration } from './duration.ts'
import { bytes, quantitySchema } from './quantity.ts'

/** Systems that ship with the harness, by name. */
export const systemNames = ['reference'] as const

const { image, ...start } = buildFields

const fields = z.strictObject({
  /** A system that ships with the harness. */
  name: z.enum(systemNames, { error: `expected ${systemNames.join(' or ')}` }).optional(),
  /** Or any image that answers the node contract, and how a node of it is started. */
  image: z.optional(image),
  ...start,
  /** How the driver talks to its nodes. */
  contract: z.enum(['http'], { error: 'expected http' }).optional(),
  /** Transactions per second where nobody asks for a rate. */
  rate: z.number().positive().max(100_000).optional(),
  /** Memory that a node needs. */
  memory: quantitySchema(bytes).optional(),
  /** Directory of a node's store, for faults of its disk. */
  data: z.string().startsWith('/', 'expected an absolute path in the image').optional(),
  /** How long all nodes may take until they are ready. */
  ready: durationSchema.optional(),
  /** Behaviours that a node takes on from its file and from PUT /behaviour. */
  behaviours: z
    .array(
      z.enum(behaviourNames as [BehaviourName, ...BehaviourName[]], {
        error: `expected one of ${behaviourNames.join(', ')}`,
      }),
    )
    .optional(),
  /** Whether PUT /clock sets a node's clock. */
  clock: z.boolean().optional(),
  /** Whether GET /evidence and GET /seen report what a node observed of its peers. */
  evidence: z.boolean().optional(),
})

/** The `[system]` table of a scenario. */
export const systemSchema = fields.superRefine(({ name, ...ofImage }, context) => {
  const issue = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message })
  const [first] = Object.keys(ofImage)
  if (name === undefined && ofImage.image === undefined)
    issue('image', 'expected image = "NAME" or name = "reference", got neither')
  if (name !== undefined && first !== undefined)
    issue(first, `cannot be combined with name = "${name}"; it describes an image of your own`)
})
export type SystemTable = z.infer<typeof systemSchema>

/** The table as `systemSchema` reads it. */
export function writeSystem({ memory, ready, ...rest }: SystemTable): Record<string, unknown> {
  return {
    ...rest,
    ...(memory === undefined ? {} : { memory: bytes.format(memory) }),
    ...(ready === undefined ? {} : { ready: formatDuration(ready) }),
  }
}
