import type { z } from 'zod'
import { cuts, faultKinds, faultSchema } from '../model/fault.ts'

const timeWords = ['at', 'every', 'mean', 'for'] as const

/**
 * Reads a fault as one types it: a kind, targets (or how to part the network), and words of time with their durations, such as `kill any(3) at 20s for 10s` or
 * `pause node-2 every 1m for 5s`.
 *
 * @returns as it stands in a scenario, durations as text
 * @throws RangeError that says what was expected
 */
export function readFault(text: string): z.input<typeof faultSchema> {
  const [kind = '', ...rest] = text.trim().split(/\s+/)
  const times: Record<string, string> = {}
  const targets: string[] = []
  for (let i = 0; i < rest.length; i += 1) {
    const word = timeWords.find(known => known === rest[i])
    if (word === undefined) {
      targets.push(rest[i]!)
      continue
    }
    i += 1
    if (rest[i] === undefined)
      throw new RangeError(`expected a duration after "${word}", such as ${word} 20s`)
    times[word] = rest[i]!
  }
  const whom = kind === 'partition' ? 'cut' : 'targets'
  const given = { kind, ...(targets.length > 0 ? { [whom]: targets.join(' ') } : {}), ...times }
  const result = faultSchema.safeParse(given)
  if (result.success) return given as z.input<typeof faultSchema>
  throw new RangeError(explain(kind, result.error.issues[0]!))
}

function explain(
  kind: string,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string },
): string {
  const [key] = issue.path
  if (key === 'kind') {
    return `expected one of ${faultKinds.join(', ')}, got "${kind}"`
  }
  if (key === 'cut') return `expected one of ${cuts.join(', ')} after partition`
  if (key === 'for' && !issue.message.startsWith('expected'))
    return `expected how long, such as ${kind} any(3) for 20s`
  return issue.message
}
