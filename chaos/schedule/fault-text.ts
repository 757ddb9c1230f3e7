import type { z } from 'zod'
import { cuts, type FaultKind, faultKeys, faultKinds, faultSchema } from '../../model/fault.ts'

/**
 * Reads a fault as one types it: a kind, targets (or how to part the network), and then keys with their values, such as
 * `kill any(3) at 20s for 10s`, `pause node-2 every 1m for 5s` or `delay any(2) by 100ms jitter 10ms to region(eu) for 20s`.
 *
 * @returns as it stands in a scenario, quantities as text
 * @throws RangeError that says what was expected
 */
export function readFault(text: string): z.input<typeof faultSchema> {
  const [kind = '', ...rest] = text.trim().split(/\s+/)
  if (!isKind(kind)) throw new RangeError(`expected one of ${faultKinds.join(', ')}, got "${kind}"`)
  const keys = faultKeys(kind)
  const whom = ['targets', 'cut', 'matrix'].find(key => keys.includes(key))!
  const words = new Map<string, string[]>([[whom, []]])
  let key = whom
  for (const word of rest) {
    const isKey = keys.includes(word) && word !== 'kind'
    if (isKey && words.has(word)) throw new RangeError(`"${word}" is there twice`)
    if (isKey) {
      key = word
      words.set(key, [])
    } else words.get(key)!.push(word)
  }
  const empty = [...words].find(([name, values]) => name !== whom && values.length === 0)
  if (empty) throw new RangeError(`expected a value after "${empty[0]}"`)
  const given = Object.fromEntries(
    [...words].flatMap(([name, values]) => (values.length > 0 ? [[name, values.join(' ')]] : [])),
  )
  const result = faultSchema.safeParse({ kind, ...given })
  if (result.success) return { kind, ...given } as z.input<typeof faultSchema>
  throw new RangeError(explain(kind, given, result.error.issues[0]!))
}

function isKind(word: string): word is FaultKind {
  return (faultKinds as readonly string[]).includes(word)
}

function explain(
  kind: FaultKind,
  given: Readonly<Record<string, string>>,
  { path: [key], message }: { readonly path: readonly PropertyKey[]; readonly message: string },
): string {
  if (key === 'cut') return `expected one of ${cuts.join(', ')} after partition, got "${given.cut}"`
  if (key === 'for' && given.for === undefined) return `expected how long, such as ${kind} … for 20s`
  if (given[String(key)] === undefined)
    return `expected "${String(key)}" with its value; a ${kind} takes ${faultKeys(kind).slice(1).join(', ')}`
  return message.startsWith('expected') ? message : `${String(key)}: ${message}, got "${given[String(key)]}"`
}
