import type { NodeIndex, Transaction, Vertex, VertexBody, VertexId, Vote } from './types.ts'
import type { Voters } from './voters.ts'

/** All that the core ever asks of the world, to be done in this order. */
export type Effect =
  /** Answer to `submit`; admitted ones must be in the store before the client hears of it. */
  | {
      readonly kind: 'admission'
      readonly admitted: readonly Transaction[]
      readonly refused: readonly {
        readonly index: number
        readonly code: RefusalCode
        readonly message: string
      }[]
    }
  /** Ask an issuer, which may be this node itself, to put these into a vertex; `failed` were asked for some of them and have not. */
  | {
      readonly kind: 'forward'
      readonly transactions: readonly Transaction[]
      readonly failed: readonly NodeIndex[]
    }
  /** Sign, hash and feed back as `issued`. */
  | { readonly kind: 'issue'; readonly body: VertexBody }
  /**
   * Persist vertex, vote and order before the vote leaves the node: a node that forgot its vote over a restart
   * would count as Byzantine. Then tell the issuer.
   */
  | { readonly kind: 'vote'; readonly vertex: Vertex; readonly vote: Vote; readonly order: number }
  /** Lock votes: this node's vote on a known vertex as it is now. Persist it before it leaves, as a first one; then tell the issuer. */
  | { readonly kind: 'revote'; readonly vertex: Vertex; readonly vote: Vote }
  /** Sampled rule: ask one node for its votes, which come back as `chits` with the number of the poll. */
  | {
      readonly kind: 'query'
      readonly to: NodeIndex
      readonly poll: number
      readonly ids: readonly VertexId[]
    }
  /** Answer to a query. */
  | { readonly kind: 'chits'; readonly to: NodeIndex; readonly poll: number; readonly votes: readonly Vote[] }
  /** Send an own vertex to everybody, once: whoever did not get it hears of it and pulls it. */
  | { readonly kind: 'push'; readonly vertex: Vertex }
  /** Repeat votes to one node that asked, for itself or for these receivers. */
  | {
      readonly kind: 'answer'
      readonly to: NodeIndex
      readonly votes: readonly Vote[]
      readonly receivers?: readonly NodeIndex[]
    }
  /**
   * Fetch a vertex by id, from one of its holders that can be reached, best first, else from any neighbour; a repeat means
   * that whoever was asked has not answered.
   */
  | {
      readonly kind: 'pull'
      readonly id: VertexId
      readonly holders: readonly NodeIndex[]
      readonly isRepeat: boolean
    }
  /** Fetch everything that leads to `ids` and is not known here, from this node and nobody else: see locator.ts. */
  | {
      readonly kind: 'stretch'
      readonly from: NodeIndex
      readonly ids: readonly VertexId[]
      readonly locator: readonly VertexId[]
    }
  /** Get hold of the votes on a vertex of all who are not among `voters`. */
  | { readonly kind: 'want'; readonly wants: readonly Want[] }
  /** Final for ever: persist, then tell whoever listens. */
  | {
      readonly kind: 'decide'
      readonly sequence: number
      readonly transaction: Transaction
      readonly outcome: 'accepted' | 'rejected'
    }

export interface Want {
  readonly id: VertexId
  readonly issuer: NodeIndex
  /** They were asked for before. */
  readonly isRepeat: boolean
  /** Who need not be asked: it is the census' own record, to be read at once. */
  readonly voters: Pick<Voters, 'has'>
}

export type RefusalCode = 'duplicate' | 'conflict' | 'spent' | 'full'
