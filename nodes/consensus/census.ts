import { getOrInsert } from './get-or-insert.ts'
import type { NodeIndex, Vertex, VertexId } from './types.ts'
import { Voters } from './voters.ts'

/** The running census of one vertex: who has voted on it, and against which of its transactions. */
export interface Census {
  readonly vertex: Vertex
  /** When this node voted on it, milliseconds; undefined when it came late and says nothing about answers. */
  readonly openedMs: number | undefined
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

export function startCensus(vertex: Vertex, n: number, openedMs?: number): Census {
  return {
    vertex,
    openedMs,
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

/**
 * Whether alpha distinct nodes support one transaction, over all the vertices that carry it. It is asked for each transaction
 * with each vote, so nodes are only told apart when there are enough of them to matter, and then eight at a time.
 */
export function isSupported(
  carriers: readonly { readonly vertex: VertexId; readonly position: number }[],
  censusOf: (vertex: VertexId) => Census | undefined,
  { n, alpha }: { readonly n: number; readonly alpha: number },
): boolean {
  let most = 0
  for (const { vertex, position } of carriers) {
    const census = censusOf(vertex)
    if (census) most += census.voters.size + (census.claims.get(position)?.size ?? 0)
  }
  if (most < alpha) return false
  const union = new Voters(n)
  for (const { vertex, position } of carriers) {
    const census = censusOf(vertex)
    if (!census) continue
    union.unite(census.voters, census.against.get(position))
    const claims = census.claims.get(position)
    if (claims) union.unite(claims)
  }
  return union.size >= alpha
}

function votersAt(map: Map<number, Voters>, position: number, n: number): Voters {
  return getOrInsert(map, position, () => new Voters(n))
}
