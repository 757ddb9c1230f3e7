import { getOrInsert } from './get-or-insert.ts'
import type { NodeIndex, Vertex, VertexId } from './types.ts'
import { Voters } from './voters.ts'

/** The running census of one vertex: who has voted on it, and against which of its transactions. */
export interface Census {
  readonly vertex: Vertex
  readonly voters: Voters
  /** Per position, who voted on the vertex but not for this transaction. Only contested ones have an entry. */
  readonly against: Map<number, Voters>
  /** Per position, who claims to have accepted a transaction it voted against. */
  readonly claims: Map<number, Voters>
  /** Transactions of the vertex not decided yet; at zero the census is over. */
  undecided: number
  /** Some transaction is also in another vertex, so votes must be united before they are counted. */
  shared: boolean
  /** alpha nodes have answered: what is undecided now is contested, and asking again will hardly help. */
  answered: boolean
}

export function startCensus(vertex: Vertex, n: number): Census {
  return {
    vertex,
    voters: new Voters(n),
    against: new Map(),
    claims: new Map(),
    undecided: 0,
    shared: false,
    answered: false,
  }
}

/**
 * Counts one vote; a second one by the same node changes nothing but adds its claims.
 * @returns whether anything changed
 */
export function countVote(
  census: Census,
  from: NodeIndex,
  vote: { readonly exceptions: readonly number[]; readonly claims?: readonly number[] },
  n: number,
): boolean {
  let changed = false
  if (census.voters.add(from)) {
    changed = true
    for (const position of vote.exceptions) votersAt(census.against, position, n).add(from)
  }
  for (const position of vote.claims ?? []) {
    if (votersAt(census.claims, position, n).add(from)) changed = true
  }
  return changed
}

/** Distinct nodes that support one transaction, over all the vertices that carry it. */
export function support(
  carriers: readonly { readonly vertex: VertexId; readonly position: number }[],
  censusOf: (vertex: VertexId) => Census | undefined,
  n: number,
): number {
  if (carriers.length === 1) {
    const { vertex, position } = carriers[0]!
    const census = censusOf(vertex)
    if (census && !census.against.has(position)) return census.voters.size
  }
  const union = new Voters(n)
  for (const { vertex, position } of carriers) {
    const census = censusOf(vertex)
    if (!census) continue
    for (let node = 0; node < n; node += 1) {
      const voted = census.voters.has(node) && !census.against.get(position)?.has(node)
      if (voted || census.claims.get(position)?.has(node)) union.add(node)
    }
  }
  return union.size
}

function votersAt(map: Map<number, Voters>, position: number, n: number): Voters {
  return getOrInsert(map, position, () => new Voters(n))
}
