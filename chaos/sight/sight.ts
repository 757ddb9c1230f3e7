import type { Witness } from '../../model/event.ts'
import { type SeenColumn, seenColumns } from '../../nodes/contract/seen-columns.ts'

/** What some nodes together saw of one peer, or of several as if they were one: each of them by each witness. */
export interface Sight extends Readonly<Record<SeenColumn, number>> {
  /** Vertices that were to be voted on. */
  readonly due: number
  /** Transactions that the witnesses accepted meanwhile. */
  readonly accepted: number
  /** How many times each offence was caught. */
  readonly caught: ReadonlyMap<string, number>
}

export function sightOf(nodes: readonly number[], witnesses: readonly Witness[]): Sight {
  const sums = Object.fromEntries(seenColumns.map(name => [name, 0])) as Record<SeenColumn, number>
  const caught = new Map<string, number>()
  let due = 0
  let accepted = 0
  for (const witness of witnesses) {
    accepted += witness.seen.accepted
    for (const node of nodes) {
      if (node === witness.node) continue
      due += witness.seen.due
      for (const name of seenColumns) sums[name] += witness.seen[name][node] ?? 0
    }
    for (const { node, offence, count } of witness.caught)
      if (nodes.includes(node)) caught.set(offence, (caught.get(offence) ?? 0) + count)
  }
  return { ...sums, due, accepted, caught }
}

/** What a witness saw between two readings; all of the later one if it was started anew in between, or not read before. */
export function since(before: Witness | undefined, after: Witness): Witness {
  if (before?.seen.since !== after.seen.since) return after
  const less = (name: SeenColumn) =>
    after.seen[name].map((count, node) => Math.max(0, count - (before.seen[name][node] ?? 0)))
  const told = new Set(before.contested.map(({ vertex }) => vertex))
  const caughtBefore = new Map(
    before.caught.map(({ node, offence, count }) => [`${offence}/${node}`, count] as const),
  )
  return {
    node: after.node,
    seen: {
      since: after.seen.since,
      due: Math.max(0, after.seen.due - before.seen.due),
      accepted: after.seen.accepted - before.seen.accepted,
      ...(Object.fromEntries(seenColumns.map(name => [name, less(name)])) as Record<SeenColumn, number[]>),
    },
    caught: after.caught.flatMap(each => {
      const count = each.count - (caughtBefore.get(`${each.offence}/${each.node}`) ?? 0)
      return count > 0 ? [{ ...each, count }] : []
    }),
    contested: after.contested.filter(({ vertex }) => !told.has(vertex)),
  }
}
