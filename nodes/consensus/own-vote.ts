import type { Choices } from './choice.ts'
import type { SpentNonces } from './spent.ts'
import type { Vertex, Vote } from './types.ts'

/** Whether a vote speaks of positions that the vertex has. */
export function inRange({ exceptions, claims = [], open = [] }: Vote, length: number): boolean {
  const valid = (position: number) => Number.isInteger(position) && position >= 0 && position < length
  return [exceptions, claims, open].every(positions => positions.every(valid))
}

/** Lock votes: this node's vote on an undecided vertex as its conflict sets stand; what it has accepted is locked as well. */
export function lockVote(vertex: Vertex, { spent, sets }: Choices, round: number): Vote {
  const exceptions: number[] = []
  const open: number[] = []
  vertex.transactions.forEach((transaction, position) => {
    const set = sets.of(transaction)
    const choice = set?.ownVote ?? spent.accepted(transaction)
    if (choice !== transaction.id) exceptions.push(position)
    else if (set && !set.isLocked) open.push(position)
  })
  const vote = { vertex: vertex.id, exceptions, ...(round > 0 ? { round } : {}) }
  if (exceptions.length + open.length === vertex.transactions.length) return vote
  return { ...vote, locked: true, ...(open.length > 0 ? { open } : {}) }
}

/** Positions of a decided vertex that were rejected here; what is too old to be known by id stays as it was voted. */
export function finalVote(vertex: Vertex, spent: SpentNonces, voted: readonly number[]): number[] {
  const rejected: number[] = []
  vertex.transactions.forEach((transaction, position) => {
    const by = spent.accepted(transaction)
    if (by === 'old' ? voted.includes(position) : by !== transaction.id) rejected.push(position)
  })
  return rejected
}
