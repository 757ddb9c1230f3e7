import { parseDuration } from '../../model/duration.ts'
import { HarnessError } from '../../model/errors.ts'
import type { Values } from './commands/command.ts'

/** The text of an option, undefined when it was not given. */
export function textOf(values: Values, name: string): string | undefined {
  const value = values[name]
  if (value === undefined) return undefined
  if (Array.isArray(value)) throw bad(name, 'to be given once', value.join(' and '))
  const text = String(value)
  if (text === '') throw bad(name, 'a value', '')
  return text
}

export function numberOf(
  values: Values,
  name: string,
  bounds: { readonly min: number; readonly max: number; readonly whole: boolean; readonly next?: string },
): number | undefined {
  const text = textOf(values, name)
  if (text === undefined) return undefined
  const number = Number(text)
  const isFine = number >= bounds.min && number <= bounds.max && (!bounds.whole || Number.isInteger(number))
  if (isFine) return number
  throw bad(
    name,
    `a ${bounds.whole ? 'whole ' : ''}number from ${bounds.min} to ${bounds.max}`,
    text,
    bounds.next,
  )
}

/** Milliseconds of an option such as 60s. */
export function durationOf(
  values: Values,
  name: string,
  bounds: { readonly minMs: number; readonly maxMs: number },
): number | undefined {
  const text = textOf(values, name)
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  if (ms === undefined) throw bad(name, 'a duration such as 250ms, 60s or 5m', text)
  if (ms >= bounds.minMs && ms <= bounds.maxMs) return ms
  throw bad(name, `a duration from ${bounds.minMs / 1000}s to ${bounds.maxMs / 3_600_000}h`, text)
}

export function choiceOf<T extends string>(
  values: Values,
  name: string,
  choices: readonly T[],
): T | undefined {
  const text = textOf(values, name)
  if (text === undefined) return undefined
  const choice = choices.find(candidate => candidate === text)
  if (choice === undefined) throw bad(name, choices.join(' or '), text)
  return choice
}

function bad(
  name: string,
  expected: string,
  got: string,
  next = 'see the options with --help',
): HarnessError {
  return new HarnessError({
    code: 'bad-option',
    message: `--${name}: expected ${expected}, got "${got}"`,
    next,
  })
}
