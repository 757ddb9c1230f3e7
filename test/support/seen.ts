import type { Seen } from '../../model/seen.ts'
import { type SeenColumn, seenColumns } from '../../nodes/contract/seen-columns.ts'

/** What a node tells that saw nothing of its n peers, but for this. */
export function seenWith(n: number, more: Partial<Seen>): Seen {
  const nobody = new Array<number>(n).fill(0)
  return {
    ...{ since: 1, due: 0, accepted: 0 },
    ...(Object.fromEntries(seenColumns.map(name => [name, nobody])) as Record<SeenColumn, number[]>),
    ...more,
  }
}
