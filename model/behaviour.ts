// The small variant of zod: nodes read behaviours too, and start with it alone (see node-config.ts).
import * as z from 'zod/mini'
import {
  type BehaviourName,
  behaviourParameters,
  type Parameter,
  type ValueOf,
} from '../nodes/contract/behaviours.ts'
import { buildFields, imageName } from './build.ts'
import { formatDuration, parseDuration } from './duration-text.ts'

/** `200ms` as people write it, or a number of milliseconds as plans and nodes hold it. */
const duration = z.pipe(
  z.union([z.string(), z.number()]),
  z.transform((given, context) => {
    const ms = typeof given === 'number' ? given : parseDuration(given)
    if (ms !== undefined && ms >= 0) return ms
    const message = `expected a duration such as 250ms or 5s, got "${given}"`
    context.issues.push({ code: 'custom', message, input: given })
    return z.NEVER
  }),
)
const probability = z.number().check(z.gte(0), z.lte(1))

function schemaOf(parameter: Parameter) {
  const { kind } = parameter
  switch (kind) {
    case 'duration':
      return z._default(duration, parameter.usual)
    case 'share':
      return z._default(probability, parameter.usual)
    case 'count':
      return z._default(z.int().check(z.gte(1)), parameter.usual)
    case 'rate':
      return z._default(z.number().check(z.gt(0), z.lte(parameter.max)), parameter.usual)
    case 'choice':
      return z._default(z.enum(parameter.of), parameter.usual)
    default:
      return kind satisfies never
  }
}

type Specified = typeof behaviourParameters
type Parameters = {
  readonly [Name in BehaviourName]: {
    readonly [Key in keyof Specified[Name]]: z.ZodMiniDefault<
      z.ZodMiniType<ValueOf<Specified[Name][Key]>, string | number>
    >
  }
}
export const behaviourNames = Object.keys(behaviourParameters) as readonly BehaviourName[]
const parameters = Object.fromEntries(
  behaviourNames.map(name => {
    const schemas = Object.entries(behaviourParameters[name]).map(([key, each]) => [key, schemaOf(each)])
    return [name, Object.fromEntries(schemas)]
  }),
) as Parameters

/**
 * Not what a node does but that there are two of it: two instances with one identity, each linked with half of the others. Both run the
 * code of a correct node, so that no node can be told to be one.
 */
export interface Twin {
  readonly name: 'twin'
}
const twinName = 'twin'
/** What a `[[byzantine]]` table can ask for. */
export const plannedNames = [...behaviourNames, twinName] as const

const triggerSchema = z.union(
  [
    z.enum(['always', 'never', 'conflict']),
    z.strictObject({ probability }),
    z.strictObject({ from: z._default(duration, 0), until: duration }),
  ],
  {
    error:
      'expected always, never, conflict, { probability = 0.5 } or { from = "5s", until = "20s" } since the node took it on',
  },
)

const common = { trigger: z._default(triggerSchema, 'always') }

/** Who has a behaviour: one of count, fraction and targets. */
const chosen = {
  count: z.optional(z.int().check(z.gte(1))),
  fraction: z.optional(z.number().check(z.gt(0), z.lte(1))),
  targets: z.optional(z.string()),
  /** So many of them live in one instance, which counts as that many. */
  identities: z.optional(
    z.int().check(z.gte(2, 'expected at least 2: with one identity it is a node like any other')),
  ),
  /** Tables with the same group act together: they part the others alike and draw the same coins. */
  group: z.optional(
    z.string().check(z.regex(/^[\w-]{1,32}$/, 'expected up to 32 letters, digits or dashes')),
  ),
  /** What its chance derives from, in place of the seed of the run and its group. */
  seed: z.optional(z.string().check(z.minLength(1, 'expected at least one character'))),
}

/** What the members of a group share beside their behaviour, as a node gets it. */
const assigned = {
  /** What its chance derives from; the same in the whole group. */
  seed: z._default(z.string(), ''),
  /** Indexes of the nodes that act together. */
  group: z._default(z.readonly(z.array(z.int())), []),
}

type Union<Key extends string, More> = {
  [Name in BehaviourName]: z.ZodMiniObject<
    Parameters[Name] & typeof common & More & Record<Key, z.ZodMiniLiteral<Name>>
  >
}[BehaviourName]

/** An object for each behaviour. */
function options<Key extends string, More extends object>(key: Key, more: More) {
  const each = behaviourNames.map(name =>
    z.strictObject({ [key]: z.literal(name), ...parameters[name], ...common, ...more } as never),
  )
  return each as unknown as [Union<Key, More>, ...Union<Key, More>[]]
}

const twinTable = z.strictObject({ behaviour: z.literal(twinName), ...chosen })
const { count, fraction, targets } = chosen
/** Whoever runs an image of their own is Byzantine in whatever way that image is. */
const imageTable = z.strictObject({
  behaviour: z.optional(z.undefined()),
  ...buildFields,
  image: z
    .string({
      error: `expected the name of an image, or a behaviour: one of ${plannedNames.join(', ')}`,
    })
    .check(imageName),
  ...{ count, fraction, targets },
})

/** A `[[byzantine]]` table of a scenario. */
export const byzantineSchema = z
  .discriminatedUnion('behaviour', [imageTable, twinTable, ...options('behaviour', chosen)], {
    error: `expected one of ${plannedNames.join(', ')}`,
  })
  .check(context => {
    const { behaviour, count, fraction, targets, ...given } = context.value
    const ways = Object.entries({ count, fraction, targets }).filter(([, value]) => value !== undefined)
    const issue = (path: string, message: string) =>
      context.issues.push({ code: 'custom', path: [path], message, input: context.value })
    if (ways.length === 0) issue('count', 'expected one of count, fraction and targets, got none')
    if (ways.length > 1)
      issue(ways[1]![0], `expected one of ${ways.map(([key]) => key).join(' and ')}, not both`)
    if (behaviour === undefined) return
    const { identities, group: _, seed: _s, ...rest } = given as Chosen
    if (behaviour === twinName) {
      if (identities !== undefined)
        issue('identities', 'a twin is one identity in two places, not several in one')
      return
    }
    const wrong = contradiction({ name: behaviour, ...rest } as Plain)
    if (wrong) issue(wrong.key, wrong.message)
  })
type Chosen = { readonly [Key in 'identities' | 'group' | 'seed']?: unknown }
export type ByzantineTable = z.infer<typeof imageTable | typeof twinTable | Union<'behaviour', typeof chosen>>

/** The keys that a `[[byzantine]]` table with this behaviour may have; undefined when there is none. */
export function tableKeys(behaviour: unknown): readonly string[] | undefined {
  if (behaviour === undefined) return Object.keys(imageTable.shape)
  const own = behaviourNames.find(name => name === behaviour)
  if (own === undefined && behaviour !== twinName) return undefined
  const more = own === undefined ? {} : { ...parameters[own], ...common }
  return ['behaviour', ...Object.keys(more), ...Object.keys(chosen)]
}

/** A behaviour as a node takes it on: in its file, or with PUT /behaviour. */
export const behaviourSchema = z
  .discriminatedUnion('name', options('name', assigned), {
    error: `expected one of ${behaviourNames.join(', ')}`,
  })
  .check(context => {
    const wrong = contradiction(context.value)
    if (wrong)
      context.issues.push({ code: 'custom', path: [wrong.key], message: wrong.message, input: context.value })
  })
export type Behaviour = z.infer<Union<'name', typeof assigned>>
/** A behaviour without what its group shares. */
export type Plain = Behaviour extends infer Each
  ? Each extends unknown
    ? Omit<Each, 'seed' | 'group'>
    : never
  : never

/** These do something to what a vertex says; the others are not about vertices at all. */
const aboutVertices: readonly BehaviourName[] = [
  'random-vote',
  'always-reject',
  'always-accept',
  'silent',
  'delay',
  'collude',
  'two-faced',
  'balancing',
  'feed-then-flip',
  'selective-tags',
]

/** What cannot go together. */
function contradiction(behaviour: Plain): { readonly key: string; readonly message: string } | undefined {
  const { name, trigger } = behaviour
  const each = typeof trigger === 'object' && 'probability' in trigger
  if ((each || trigger === 'conflict') && !aboutVertices.includes(name))
    return {
      key: 'trigger',
      message: `${name} is not about single vertices: expected always, never or a window`,
    }
  if (typeof trigger === 'object' && 'until' in trigger && trigger.until <= trigger.from)
    return { key: 'trigger', message: 'expected until after from' }
  if (typeof trigger === 'object' && (name === 'withhold' || name === 'amnesia'))
    return { key: 'trigger', message: `${name} is there or not: expected always or never` }
  if (behaviour.name === 'collude' && behaviour.side !== 'coin' && behaviour.groups > 1)
    return { key: 'groups', message: `all are on the side "${behaviour.side}", so there is one group` }
  return undefined
}

/** As `readBehaviour` reads it, `two-faced(hold=1s)`; what is so by default is left out, and so is the trigger. */
export function writeBehaviour({ name, ...rest }: Plain): string {
  const specified: Readonly<Record<string, Parameter>> = behaviourParameters[name]
  const told = Object.entries(rest).flatMap(([key, value]) => {
    const parameter = specified[key]
    if (parameter === undefined || value === parameter.usual) return []
    return `${key}=${parameter.kind === 'duration' ? formatDuration(value as number) : value}`
  })
  return told.length === 0 ? name : `${name}(${told.join(', ')})`
}

/**
 * Reads a behaviour as one types it: its name, or its name with parameters, such as `delay(by=200ms)`.
 * @param names what the message about another name lists
 * @throws RangeError that says what was expected
 */
export function readBehaviour(text: string, names: readonly string[] = behaviourNames): Plain {
  const [, name = '', list = ''] = /^([\w-]+)(?:\(([^()]*)\))?$/.exec(text.trim()) ?? []
  const pairs = list.split(',').filter(part => part.trim() !== '')
  const given = pairs.map(pair => {
    const [key = '', value = ''] = pair.split('=').map(part => part.trim())
    return [key, value !== '' && Number.isFinite(Number(value)) ? Number(value) : value] as const
  })
  const result = behaviourSchema.safeParse({ name, ...Object.fromEntries(given) })
  if (result.success) {
    const { seed: _seed, group: _group, ...plain } = result.data
    return plain as Plain
  }
  if (name === twinName)
    throw new RangeError('a twin is there from the start or not at all: plan it with [[byzantine]]')
  const [issue] = result.error.issues
  const key = String(issue!.path[0] ?? '')
  if (!behaviourNames.includes(name as BehaviourName))
    throw new RangeError(`expected one of ${names.join(', ')}, got "${text}"`)
  const known = Object.keys(parameters[name as BehaviourName])
  if (issue!.code === 'unrecognized_keys')
    throw new RangeError(`${name} has no "${issue.keys[0]}"; it has ${known.join(', ') || 'no parameters'}`)
  throw new RangeError(`${name}, ${key}: ${issue!.message}`)
}
