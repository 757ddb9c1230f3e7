import type { z } from 'zod'
import { tableKeys } from '../../model/behaviour.ts'
import { type FaultKind, faultKeys, faultKinds } from '../../model/fault.ts'
import { nearest } from './nearest.ts'

export interface ScenarioIssue {
  readonly path: readonly PropertyKey[]
  /** `scenario.workload.rate: expected a number, got "fast"` */
  readonly message: string
}

/** Turns what zod found into sentences that name the key, what was expected and what came. */
export function describeIssues(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  schema: z.ZodType,
  writtenAs: (path: readonly PropertyKey[], value: unknown) => string | undefined = () => undefined,
): ScenarioIssue[] {
  return issues.flatMap(issue => {
    if (issue.code === 'unrecognized_keys') {
      const known = keysByKind(issue.path, input) ?? keysAt(schema, issue.path)
      return issue.keys.map(key => unknownKey([...issue.path, key], known))
    }
    const meant = issue.code === 'invalid_union' ? issuesOfMeant(issue) : undefined
    if (meant !== undefined) return describeIssues(meant, input, schema)
    const got = valueAt(input, issue.path)
    const shown = got === undefined ? 'nothing' : (writtenAs(issue.path, got) ?? show(got))
    const message = `${nameOf(issue.path)}: ${expectation(issue, got)}${issue.path.length > 0 || got !== undefined ? `, got ${shown}` : ''}`
    return [
      {
        path: issue.path,
        message: issue.code === 'custom' ? `${nameOf(issue.path)}: ${issue.message}` : message,
      },
    ]
  })
}

/** The issues of the option of a union that the input is of the type of; undefined where it is of none. */
function issuesOfMeant({ path, errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | undefined {
  const isOfOtherType = (issue: z.core.$ZodIssue) =>
    issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value')
  return errors
    .find(issues => !issues.some(isOfOtherType))
    ?.map(issue => ({ ...issue, path: [...path, ...issue.path] }))
}

function unknownKey(path: readonly PropertyKey[], known: readonly string[]): ScenarioIssue {
  const meant = nearest(String(path.at(-1)), known)
  const hint = meant === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${meant}?`
  return { path, message: `${nameOf(path)}: unknown key; ${hint}` }
}

/** `scenario.faults[2].nodes` */
function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : `${name}.${String(part)}`),
    'scenario',
  )
}

function expectation(issue: z.core.$ZodIssue, got: unknown): string {
  // The schema's own words.
  if (issue.message.startsWith('expected')) return issue.message
  if (issue.code === 'invalid_type' && typeof got === 'number' && !Number.isFinite(got))
    return 'expected a finite number'
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${withArticle(issue.expected)}`
    case 'invalid_value':
      return `expected ${issue.values.map(value => JSON.stringify(value)).join(' or ')}`
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
    default:
      return `expected ${issue.message}`
  }
}

function withArticle(type: string): string {
  const names: Record<string, string> = { int: 'a whole number', object: 'a table', array: 'a list' }
  return names[type] ?? `a ${type}`
}

/** As JSON, but for numbers that JSON has no word for: those as TOML has them. */
function show(value: unknown): string {
  const text =
    JSON.stringify(value, wordForNumber)?.replaceAll(/"\\u0000([^"]+?)\\u0000"/g, '$1') ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

function wordForNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  return `\0${String(value).replace('Infinity', 'inf').replace('NaN', 'nan')}\0`
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part],
    input,
  )
}

/** What a fault may have follows from its kind, and what a Byzantine table may have from its behaviour. */
function keysByKind(path: readonly PropertyKey[], input: unknown): readonly string[] | undefined {
  if (path.length !== 2) return undefined
  const { kind, behaviour } = (valueAt(input, path) ?? {}) as { kind?: FaultKind; behaviour?: unknown }
  if (path[0] === 'byzantine') return tableKeys(behaviour)
  if (path[0] !== 'faults') return undefined
  return kind !== undefined && faultKinds.includes(kind) ? faultKeys(kind) : undefined
}

type Wrapped = {
  readonly def: { readonly innerType?: z.ZodType; readonly options?: readonly z.ZodType[] }
  readonly shape?: Record<string, z.ZodType>
}

/** The keys that the table at `path` may have. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at = unwrap(schema)
  for (const part of path) {
    const next = at.shape?.[String(part)]
    if (next === undefined) return []
    at = unwrap(next)
  }
  return Object.keys(at.shape ?? {})
}

/** Takes off defaults, optionality and other options of a union, which wrap the schema that holds the keys. */
function unwrap(schema: z.ZodType): Wrapped {
  const at = schema as unknown as Wrapped
  if (at.def.innerType !== undefined) return unwrap(at.def.innerType)
  return at.def.options?.map(unwrap).find(({ shape }) => shape !== undefined) ?? at
}
