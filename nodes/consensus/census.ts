import { getOrInsert } from './get-or-insert.ts'
import type { NodeIndex, Vertex, VertexId, Vote } from './types.ts'
import type { Pending } from './undecided.ts'
import { Voters } from './voters.ts'

/** Who said yes to a vertex, but for some of its transactions. */
export interface Tally {
  readonly voters: Voters
  /** Per position, who is among the voters but not for this transaction. Only contested ones have an entry. */
  readonly against: Map<number, Voters>
  /** Per position, who counts for a transaction all the same. */
  readonly claims: Map<number, Voters>
}

/** The running census of one vertex: who has voted on it, and against which of its transactions. */
export interface Census extends Pending, Tally {
  /** It came late, so how long its answers take says nothing. */
  readonly isLate: boolean
  /** Lock votes: who has locked its vote. */
  readonly locks: Tally
  /** Lock votes: the round of each vote that is not the first of its node. */
  readonly rounds: Map<NodeIndex, number>
  /** Some transaction is also in another vertex, so votes must be united before they are counted. */
  shared: boolean
}

export function startCensus(
  vertex: Vertex,
  n: number,
  { sinceMs = 0, isLate = false }: { readonly sinceMs?: number; readonly isLate?: boolean } = {},
): Census {
  return {
    ...startTally(n),
    ...{ vertex, sinceMs, isLate, locks: startTally(n), rounds: new Map() },
    ...{ undecided: 0, shared: false, answered: false },
  }
}

function startTally(n: number): Tally {
  return { voters: new Voters(n), against: new Map(), claims: new Map() }
}

/**
 * Counts one vote; a second one by the same node changes nothing but adds its claims.
 * @returns whether anything changed
 */
export function countVote(
  census: Tally,
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
 * Counts one vote that may be followed by others of the same node: the one of the highest round counts, and a lock for ever.
 * @returns whether anything changed
 */
export function countRevisableVote(census: Census, from: NodeIndex, vote: Vote, n: number): boolean {
  const round = vote.round ?? 0
  const isNewer = round > (census.rounds.get(from) ?? 0)
  let changed = false
  if (isNewer) {
    census.rounds.set(from, round)
    for (const voters of census.against.values()) voters.delete(from)
    if (census.voters.has(from)) {
      for (const position of vote.exceptions) votersAt(census.against, position, n).add(from)
      changed = true
    }
  }
  // The first vote to arrive may be an old one: whatever it says, a later one has been counted by its round.
  if (countVote(census, from, { exceptions: vote.exceptions }, n)) changed = true
  if (vote.locked && countLock(census.locks, from, vote, n)) changed = true
  return changed
}

/** Locks only grow: what one locked vote leaves open a later one may lock, whichever of them arrives first. */
function countLock(locks: Tally, from: NodeIndex, { exceptions, open = [] }: Vote, n: number): boolean {
  const unlocked = [...exceptions, ...open]
  if (locks.voters.add(from)) {
    for (const position of unlocked) votersAt(locks.against, position, n).add(from)
    return true
  }
  let changed = false
  for (const [position, voters] of locks.against) {
    if (!voters.has(from) || unlocked.includes(position)) continue
    voters.delete(from)
    changed = true
  }
  return changed
}

/**
 * Whether alpha distinct nodes support one transaction, over all the vertices that carry it. It is asked for each transaction
 * with each vote, so nodes are only told apart when there are enough of them to matter, and then eight at a time.
 */
export function isSupported(
  carriers: readonly { readonly vertex: VertexId; readonly position: number }[],
  tallyOf: (vertex: VertexId) => Tally | undefined,
  { n, alpha }: { readonly n: number; readonly alpha: number },
): boolean {
  let most = 0
  for (const { vertex, position } of carriers) {
    const tally = tallyOf(vertex)
    if (tally) most += tally.voters.size + (tally.claims.get(position)?.size ?? 0)
  }
  if (most < alpha) return false
  const union = new Voters(n)
  for (const { vertex, position } of carriers) {
    const tally = tallyOf(vertex)
    if (!tally) continue
    union.unite(tally.voters, tally.against.get(position))
    const claims = tally.claims.get(position)
    if (claims) union.unite(claims)
  }
  return union.size >= alpha
}

function votersAt(map: Map<number, Voters>, position: number, n: number): Voters {
  return getOrInsert(map, position, () => new Voters(n))
}
