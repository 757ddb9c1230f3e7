import { type Plain, readBehaviour } from '../../model/behaviour.ts'
import { parseDuration } from '../../model/duration.ts'
import { HarnessError } from '../../model/errors.ts'
import { share } from '../../model/quantity.ts'
import type { Values } from './commands/command.ts'

/** The text of an option, undefined when it was not given. */
export function textOf(values: Values, name: string): string | undefined {
  const value = values[name]
  if (value === undefined) return undefined
  if (Array.isArray(value)) throw badOption(name, 'one value', value.join(' and '))
  const text = String(value)
  if (text === '') throw badOption(name, 'a value', '')
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
  throw badOption(
    name,
    `a ${bounds.whole ? 'whole ' : ''}number from ${bounds.min} to ${bounds.max}`,
    text,
    bounds.next,
  )
}

/** A share such as 10% or 0.1. */
export function shareOf(values: Values, name: string): number | undefined {
  const text = textOf(values, name)
  if (text === undefined) return undefined
  const found = /^\d*\.?\d+$/.test(text) ? Number(text) : share.parse(text)
  if (found !== undefined && found > 0 && found <= 1) return found
  throw badOption(name, 'a share above 0% and up to 100%, such as 10% or 0.1', text)
}

/** Shares of the nodes such as 0,0.1,0.33. */
export function sharesOf(values: Values, name: string): number[] | undefined {
  return textOf(values, name)
    ?.split(',')
    .map(part => {
      const found = Number(part)
      if (part.trim() !== '' && found >= 0 && found < 1) return found
      throw badOption(name, 'shares from 0 to below 1, such as 0,0.1,0.33', part)
    })
}

/** The behaviour that a text of an option means, such as `delay(by=200ms)`. @param names what a message lists */
export function behaviourOf(name: string, text: string, names?: readonly string[]): Plain {
  try {
    return readBehaviour(text, names)
  } catch (error) {
    throw new HarnessError({
      code: 'bad-option',
      message: `--${name}: ${(error as Error).message}`,
      next: 'list the behaviours and their parameters: npm run byzantine -- --help',
    })
  }
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
  if (ms === undefined) throw badOption(name, 'a duration such as 250ms, 60s or 5m', text)
  if (ms >= bounds.minMs && ms <= bounds.maxMs) return ms
  throw badOption(name, `a duration from ${bounds.minMs / 1000}s to ${bounds.maxMs / 3_600_000}h`, text)
}

export function choiceOf<T extends string>(
  values: Values,
  name: string,
  choices: readonly T[],
): T | undefined {
  const text = textOf(values, name)
  if (text === undefined) return undefined
  const choice = choices.find(candidate => candidate === text)
  if (choice === undefined) throw badOption(name, choices.join(' or '), text)
  return choice
}

/** @returns the error for a share that rounds down to no node */
export function noNode(name: string, fraction: number, nodes: number): HarnessError {
  return new HarnessError({
    code: 'bad-option',
    message: `--${name}: ${fraction} × ${nodes} nodes rounds down to 0 nodes`,
    next: `use at least ${Math.ceil(1000 / nodes) / 1000}, or npm run scale for a network without Byzantine nodes`,
  })
}

/** @returns the error for an option with a wrong value */
export function badOption(
  name: string,
  expected: string,
  got: string,
  next = 'see the options: --help',
): HarnessError {
  return new HarnessError({
    code: 'bad-option',
    message: `--${name}: expected ${expected}, got "${got}"`,
    next,
  })
}
