import type { NodeIndex, Transaction, Vertex, VertexId, Vote } from './types.ts'

/**
 * All that ever enters the core. The host has checked signatures and shapes; time comes in with every input.
 */
export type Input =
  /** Transactions of clients of this node, their signatures checked. */
  | { readonly kind: 'submit'; readonly nowMs: number; readonly transactions: readonly Transaction[] }
  /** A node wants these issued, which its clients have sent it; their signatures are checked. */
  | { readonly kind: 'entrusted'; readonly nowMs: number; readonly transactions: readonly Transaction[] }
  /**
   * Issuers are to be asked once more for what this one was asked for, because it can no longer be reached; or for what none was, because
   * one can be reached now; or for everything, because others issue now.
   */
  | { readonly kind: 'ask-anew'; readonly nowMs: number; readonly asked: NodeIndex | 'none' | 'any' }
  /** The signed form of what an `issue` effect asked for. */
  | { readonly kind: 'issued'; readonly nowMs: number; readonly vertex: Vertex }
  /** A vertex of somebody else, its signature and those of its transactions checked; the host asks `knows` before. */
  | {
      readonly kind: 'vertex'
      readonly nowMs: number
      /** What the clock on the wall says, by which vertices are stamped; left out, the same as `nowMs`. */
      readonly wallMs?: number
      readonly from: NodeIndex
      readonly vertex: Vertex
    }
  /** An answer to a pull has been worked through, and `fresh` of its vertices were new. */
  | { readonly kind: 'pulled'; readonly nowMs: number; readonly from: NodeIndex; readonly fresh: number }
  /** The same votes of one or many nodes; many say the same when they vote on the same vertices. */
  | {
      readonly kind: 'votes'
      readonly nowMs: number
      readonly from: readonly NodeIndex[]
      readonly votes: readonly Vote[]
    }
  /** A node cannot decide these, or collects votes for others that cannot, and asks for this node's. */
  | {
      readonly kind: 'wants'
      readonly nowMs: number
      readonly from: NodeIndex
      readonly ids: readonly VertexId[]
      /** Given, it asks on behalf of these. */
      readonly receivers?: readonly NodeIndex[]
    }
  /** A node asks for votes in a poll of the sampled rule. */
  | {
      readonly kind: 'query'
      readonly nowMs: number
      readonly from: NodeIndex
      readonly poll: number
      readonly ids: readonly VertexId[]
    }
  /** The answer to a query; vertices that are not known there are left out. */
  | {
      readonly kind: 'chits'
      readonly nowMs: number
      readonly from: NodeIndex
      readonly poll: number
      readonly votes: readonly Vote[]
    }
  /** What a neighbour has, so that whoever lacks it notices; `first` over a new link, which may have been broken for long. */
  | {
      readonly kind: 'gossip'
      readonly nowMs: number
      readonly from: NodeIndex
      readonly gossip: Gossip
      readonly first?: boolean
    }
  /** Time has passed; of use while `replica.load` is busy. */
  | { readonly kind: 'tick'; readonly nowMs: number }

export interface Gossip {
  /** Newest vertices of the sender's DAG without children. */
  readonly tips: readonly VertexId[]
  readonly accepted: number
  readonly digest: string
}
