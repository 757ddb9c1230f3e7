import type { NodeIndex, Transaction, Vertex, VertexBody, VertexId, Vote } from './types.ts'

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
  /** Sign, hash and feed back as `issued`. */
  | { readonly kind: 'issue'; readonly body: VertexBody }
  /**
   * Persist vertex, vote and order before the vote leaves the node: a node that forgot its vote over a restart
   * would count as Byzantine. Then tell the issuer at once and everybody with the next push.
   */
  | { readonly kind: 'vote'; readonly vertex: Vertex; readonly vote: Vote; readonly order: number }
  /** Send a vertex to everybody (first time), or again to those who have not voted on it. */
  | { readonly kind: 'push'; readonly vertex: Vertex; readonly to: 'everybody' | readonly NodeIndex[] }
  /** Repeat votes to one node that asked. */
  | { readonly kind: 'answer'; readonly to: NodeIndex; readonly votes: readonly Vote[] }
  /**
   * Fetch vertices by id, from `hint` if it can be reached, else from any neighbour. With `have` (own tips) the whole
   * stretch from those to `ids` is wanted, from `hint` and nobody else: this node is far behind.
   */
  | {
      readonly kind: 'pull'
      readonly hint: NodeIndex
      readonly ids: readonly VertexId[]
      readonly have?: readonly VertexId[]
    }
  /** Ask everybody to repeat their votes on these, with the next push. */
  | { readonly kind: 'want'; readonly ids: readonly VertexId[] }
  /** Final for ever: persist, then tell whoever listens. */
  | {
      readonly kind: 'decide'
      readonly sequence: number
      readonly transaction: Transaction
      readonly outcome: 'accepted' | 'rejected'
    }

export type RefusalCode = 'duplicate' | 'conflict' | 'spent' | 'full'
