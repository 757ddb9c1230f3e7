import type { Effect } from '../consensus/effect.ts'
import type { NodeIndex, Vertex, VertexBody, Vote } from '../consensus/types.ts'

/** What only a Byzantine node does, beside the effects of its core. */
export type Lie =
  /** Persist the core's own vote without telling anybody. */
  | { readonly kind: 'keep'; readonly of: Extract<Effect, { kind: 'vote' }> }
  /**
   * Say a vote so that only these nodes believe it; everybody when `to` is left out, as a correct node says its own. Without an issuer
   * it goes straight to all peers.
   */
  | {
      readonly kind: 'tell'
      readonly vote: Vote
      readonly issuer?: NodeIndex
      readonly to?: readonly NodeIndex[]
    }
  /** Cast a vote with tags that are good for these nodes alone; the issuer counts it without one. */
  | {
      readonly kind: 'tag'
      readonly vote: Vote
      readonly issuer: NodeIndex
      readonly good: readonly NodeIndex[]
    }
  /** Send an own vertex to these nodes alone. */
  | { readonly kind: 'send'; readonly vertex: Vertex; readonly to: readonly NodeIndex[] }
  /** Sign a further vertex, which the own core never hears of, and send it to these nodes alone. */
  | { readonly kind: 'fork'; readonly body: VertexBody; readonly to: readonly NodeIndex[] }
  /** Send everybody a vertex in the name of its issuer, with a signature that is not the issuer's. */
  | { readonly kind: 'forge'; readonly body: VertexBody }
  /** Send everybody bytes that are no frame. */
  | { readonly kind: 'garbage'; readonly bytes: Uint8Array }
  /** Do something after a while, decided only then. */
  | { readonly kind: 'later'; readonly inMs: number; readonly acts: (nowMs: number) => readonly Act[] }

export type Act = Effect | Lie
