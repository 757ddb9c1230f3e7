import {
  cuts,
  type Fault,
  type FaultKind,
  faultKeys,
  faultKinds,
  faultSchema,
  writeFault,
} from '../../model/fault.ts'

/**
 * Reads a fault as one types it: a kind, targets (or how to part the network), and then keys with their values, such as
 * `kill any(3) at 20s for 10s`, `pause node-2 every 1m for 5s` or `delay any(2) by 100ms jitter 10ms to region(eu) for 20s`.
 *
 * @throws RangeError that says what was expected
 */
export function readFault(text: string): Fault {
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
  if (result.success) return result.data
  throw new RangeError(explain(kind, given, result.error.issues[0]!))
}

/** A fault as one types it on the command line; what a fault of its kind has by default is said all the same. */
export function faultText(fault: Fault): string {
  const { kind, cut, targets, matrix, ...rest } = writeFault(fault)
  return [kind, cut ?? targets ?? matrix, ...Object.entries(rest).flat()]
    .filter(word => word !== undefined)
    .join(' ')
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
