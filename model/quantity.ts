import { z } from 'zod'

/** A quantity that people write with its unit: how it is read, written and named in messages. */
interface Quantity {
  readonly expected: string
  /** @returns undefined when the text is no such quantity */
  readonly parse: (text: string) => number | undefined
  readonly format: (value: number) => string
}

const bitUnits = { bit: 1, kbit: 1e3, mbit: 1e6, gbit: 1e9 } as const
const byteUnits = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const

/** `5%`; 0.05 once read, more than nothing and at most everything. */
export const share: Quantity = {
  expected: 'a share from 0% (not included) to 100%, such as 5%',
  parse: text => {
    const percent = Number(/^(\d+(?:\.\d+)?) ?%$/.exec(text)?.[1])
    // Divided last, so that 5% is 0.05 and not what 5 x 0.01 comes to.
    return percent > 0 && percent <= 100 ? percent / 100 : undefined
  },
  format: value => `${Number((value * 100).toPrecision(12))}%`,
}

/** `10mbit`, in the units of tc(8); bits per second once read. */
export const bandwidth: Quantity = {
  expected: 'a bandwidth from 8kbit to 100gbit, such as 512kbit or 10mbit',
  parse: text => {
    const bits = scaled(/^(\d+(?:\.\d+)?)(bit|kbit|mbit|gbit)$/.exec(text), bitUnits)
    return bits !== undefined && bits >= 8e3 && bits <= 1e11 ? bits : undefined
  },
  format: value => unscaled(value, bitUnits),
}

/** `64MiB`; bytes once read. */
export const bytes: Quantity = {
  expected: 'an amount of memory of at least 6MiB, such as 64MiB or 1GiB',
  parse: text => {
    const amount = scaled(/^(\d+(?:\.\d+)?)(KiB|MiB|GiB)$/.exec(text), byteUnits)
    // The engine's own minimum.
    return amount !== undefined && amount >= 6 * 2 ** 20 ? Math.round(amount) : undefined
  },
  format: value => unscaled(value, byteUnits),
}

/** Text in a scenario, a number once read. */
export function quantitySchema({ expected, parse }: Quantity) {
  return z.string({ error: `expected ${expected}, as text` }).transform((text, context) => {
    const value = parse(text)
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: `expected ${expected}, got "${text}"` })
    return z.NEVER
  })
}

function scaled(match: RegExpExecArray | null, units: Readonly<Record<string, number>>): number | undefined {
  return match ? Number(match[1]) * units[match[2]!]! : undefined
}

/** With the largest unit of which it is a whole number. */
function unscaled(value: number, units: Readonly<Record<string, number>>): string {
  const [unit, factor] =
    Object.entries(units).findLast(([, size]) => Number.isInteger(value / size)) ?? Object.entries(units)[0]!
  return `${value / factor}${unit}`
}
