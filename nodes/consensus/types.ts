/** Position in the fixed roster of a run: the only name of a node in the core. */
export type NodeIndex = number
/** Hex SHA-256 of a vertex' body. */
export type VertexId = string
/** Hex SHA-256 of a transaction's signed bytes and signature. */
export type TransactionId = string

/** A payment-like transaction. Two of them conflict when they carry the same owner and nonce. */
export interface Transaction {
  readonly id: TransactionId
  /** Hex ed25519 public key. */
  readonly owner: string
  readonly nonce: number
  /** Its conflict set, see `conflictKey`; made once, because every table of the core is asked by it. */
  readonly key: string
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

/** What an issuer puts together; signing and hashing happen outside the core. */
export interface VertexBody {
  readonly issuer: NodeIndex
  /** 0, 1, 2 … per issuer; two different vertices with one number are an equivocation. */
  readonly sequence: number
  readonly parents: readonly VertexId[]
  readonly transactions: readonly Transaction[]
  readonly timestampMs: number
}

export interface Vertex extends VertexBody {
  readonly id: VertexId
}

/**
 * One node's answer to one vertex: yes to every transaction but those at the positions in `exceptions`.
 * It is cast once, after all parents were voted on, and never changes (sticky votes), unless lock votes are the rule.
 */
export interface Vote {
  readonly vertex: VertexId
  readonly exceptions: readonly number[]
  /**
   * Positions this node votes against but has since accepted, because alpha others voted for them. Such a claim
   * counts like a vote when a straggler asks: the first acceptance of any of them needed alpha votes alone.
   */
  readonly claims?: readonly number[]
  /** Lock votes: how often this vote has changed, so that an older one that arrives later is told from it; 0 when left out. */
  readonly round?: number
  /** Lock votes: this vote never changes again but at the positions in `open` and `exceptions`. */
  readonly locked?: boolean
  /** Positions not locked yet, of a locked vote only. */
  readonly open?: readonly number[]
}

export type Outcome = 'accepted' | 'rejected'

export const maxTransactionsPerVertex = 256
export const maxParents = 5

/** Key of a conflict set: at most one transaction with this key is ever accepted. */
export function conflictKey(transaction: Pick<Transaction, 'owner' | 'nonce'>): string {
  return `${transaction.owner}/${transaction.nonce}`
}
