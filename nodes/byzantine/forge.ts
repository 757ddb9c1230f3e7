import type { Behaviour, Surroundings } from './behaviour.ts'
import { every } from './every.ts'

/** Sends vertices in the name of others, with signatures that are not theirs, at most one in so many milliseconds. */
export function forge({ self }: Surroundings, { every: ms }: { every: number }): Behaviour {
  return every(ms, ({ vertex }) => {
    if (vertex.issuer === self) return []
    const { issuer, sequence, parents, transactions, timestampMs } = vertex
    return [
      { kind: 'forge', body: { issuer, sequence, parents, transactions, timestampMs: timestampMs + 1 } },
    ]
  })
}
