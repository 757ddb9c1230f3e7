import type { EarlyVotes } from './early-votes.ts'
import type { Effect } from './effect.ts'
import type { Input } from './input.ts'
import type { NodeIndex, Vertex, VertexId, Vote } from './types.ts'
import type { Pending } from './undecided.ts'

/**
 * What decides transactions once their vertex and all its ancestors are here. Everything else (the graph, catching up, the queue,
 * what is spent) is the same under every rule.
 */
export interface Rule {
  /** Vertices with something undecided in them. */
  readonly processing: number
  /** Undecided vertices of one issuer that too few nodes have answered. */
  unansweredOf(issuer: NodeIndex): number
  /** When this node voted on the oldest vertex that too few nodes have answered, milliseconds. */
  readonly oldestUnansweredMs: number | undefined
  pending(id: VertexId): Pending | undefined
  /** This node's first vote on a vertex. */
  firstVote(vertex: Vertex, exceptions: readonly number[]): Vote
  /** Begins to decide a vertex on which this node has voted; `own` is its vote, which may come out of the store. */
  open(vertex: Vertex, own: Vote, early: ReturnType<EarlyVotes['take']>, step: Step): void
  /** Votes on a vertex that is known here. */
  count(vote: Vote, voters: readonly NodeIndex[], step: Step): void
  /** Answers to a query of this node. */
  takeChits(chits: Extract<Input, { kind: 'chits' }>, step: Step): void
  /** This node's vote as it stands, for whoever asks; undefined for a vertex it never voted on. */
  ownVote(id: VertexId): Vote | undefined
  /** Own votes on what is undecided, at most `limit`: what a peer over a new link may have missed. */
  openVotes(limit: number): Vote[]
  /** Vertices with something undecided in them, the oldest ones, at most `limit`. */
  undecided(limit: number): Vertex[]
  tick(step: Step): void
}

/** One step of the replica: when it happens, and what it asks of the world. */
export interface Step {
  readonly nowMs: number
  /** The same by the clock that vertices are stamped by, which others may have set; left out, it is `nowMs`. */
  readonly wallMs?: number | undefined
  readonly effects: Effect[]
}
