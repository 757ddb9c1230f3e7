import type { Caught, Recorded } from './evidence-book.ts'
import type { Seen } from './tallies.ts'

/** The host's whole contact with the world. Each port has a real version in adapters/ and one in memory for tests. */

/** Position in the genesis roster: the only name of a node on the wire. */
export type NodeIndex = number

export interface Clock {
  /**
   * Milliseconds since the epoch as the nodes of a machine count them: it never goes back and never jumps, whatever is done to the clock on
   * the wall. A process that starts later counts the same.
   */
  nowMs(): number
  /** What the clock on the wall says, milliseconds since the epoch: for what others are to read, never for a duration. */
  wallMs(): number
  /** The same of the machine, which no fault on this node changes: for the age of what others have stamped. */
  machineMs(): number
  /** Calls back once after about `ms`; the returned function cancels. */
  after(ms: number, callback: () => void): () => void
}

export interface TransportHandlers {
  /** One whole frame from an authenticated peer. Called synchronously: the reader waits while the host works. */
  onFrame(from: NodeIndex, frame: Uint8Array): void
  onPeer(peer: NodeIndex, state: 'connected' | 'disconnected'): void
  /** Something arrived that cannot be a frame (oversized, cut off, not for this protocol); the peer is cut off. */
  onGarbage(from: NodeIndex | undefined, reason: string): void
}

/** Frames between nodes: authenticated by the channel, in order, each delivered at most once, possibly lost. */
export interface Transport {
  /** Listens, then keeps one connection and one stream to each of `neighbours`, redialling for as long as it runs. */
  start(neighbours: readonly NodeIndex[], handlers: TransportHandlers): Promise<void>
  /** Beside its neighbours it keeps connections to these, and to no others that it was asked for in this way before. */
  reach(peers: readonly NodeIndex[]): void
  /** False when the peer is not connected or its bounded queue is full: the frame is dropped, which the protocol repairs. */
  send(to: NodeIndex, frame: Uint8Array): boolean
  connected(): readonly NodeIndex[]
  stop(): Promise<void>
}

export type StoreOperation =
  | { readonly kind: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly kind: 'delete'; readonly key: string }

/** Ordered key-value store. Keys are ASCII and sort bytewise. */
export interface Store {
  get(key: string): Promise<Uint8Array | undefined>
  /** Atomic; once it resolves the batch survives a SIGKILL of the process (the write-ahead log is in the kernel). */
  write(operations: readonly StoreOperation[]): Promise<void>
  /** Entries with from <= key < to, in key order, checksums verified. */
  entries(range: { from: string; to: string; limit?: number }): AsyncIterable<readonly [string, Uint8Array]>
  close(): Promise<void>
}

export interface Crypto {
  sha256Hex(bytes: Uint8Array): string
  /** ML-DSA-44 over the bytes with this node's vertex key. */
  signVertex(bytes: Uint8Array): Uint8Array
  verifyVertex(issuer: NodeIndex, bytes: Uint8Array, signature: Uint8Array): boolean
  /** ed25519; false also for a malformed owner key or signature. */
  verifyTransaction(owner: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean
  /** A tag over the bytes for each receiver, one after the other: 8 bytes that prove to it, and to nobody else, that this node said so. */
  tags(bytes: Uint8Array, receivers: readonly NodeIndex[]): Uint8Array
  /** Those of the nodes that made their tag, one for each and one after the other, over the bytes for this node. */
  tagged(origins: readonly NodeIndex[], bytes: Uint8Array, tags: Uint8Array): NodeIndex[]
}

export const counterNames = [
  'frames_received',
  'frames_sent',
  'frames_dropped',
  'bytes_received',
  'bytes_sent',
  'garbage',
  'vertices_issued',
  'vertices_received',
  'vertices_refused',
  'transactions_admitted',
  'transactions_refused',
  'transactions_accepted',
  'transactions_rejected',
  'votes_cast',
  'votes_received',
  'tags_refused',
  'certificates_received',
  'collects_sent',
  'transactions_forwarded',
  'takeovers',
  'pulls_sent',
  'vertices_served',
  'wants_sent',
  'queries_sent',
] as const
export type CounterName = (typeof counterNames)[number]

/** Numbers for Prometheus; the adapter prefixes `whiteout_node_` and appends `_total` to counters. */
export interface Metrics {
  add(counter: CounterName, amount?: number): void
  /** From admission at this node to its decision here. */
  observeFinality(seconds: number): void
}

/** A transaction as it comes in over HTTP, before anything is checked but its shape. */
export interface SubmittedTransaction {
  readonly owner: Uint8Array
  readonly nonce: number
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

export interface Admission {
  readonly admitted: number
  readonly refused: readonly { readonly index: number; readonly code: string; readonly message: string }[]
}

export interface Decision {
  readonly sequence: number
  /** Hex SHA-256. */
  readonly transaction: string
  readonly outcome: 'accepted' | 'rejected'
  readonly atMs: number
}

/** The rule that decides, with its numbers as in the papers. */
export interface RuleStatus {
  readonly rule: 'census' | 'sampled'
  readonly beta?: number
  readonly k?: number
  readonly alphaPreference?: number
  readonly alphaConfidence?: number
}

export interface NodeStatus {
  readonly index: number
  readonly startedAt: number
  readonly version: string
  readonly peers: number
  readonly neighbours: number
  readonly processing: number
  readonly queued: number
  readonly accepted: number
  readonly vertices: number
  /** Frames sent to peers since this process started. */
  readonly messagesSent: number
  readonly parameters: RuleStatus & {
    readonly n: number
    readonly f: number
    readonly alpha: number
  }
  readonly storage: { readonly verified: boolean; readonly opens: number; readonly message?: string }
  /** The name of what makes it Byzantine; correct nodes leave it out. */
  readonly behaviour?: string
  /** Why it accepts nothing any more. */
  readonly raised?: string
}

/** What tells of Byzantine nodes: what peers were seen to do, and what their votes have left undecided here. */
export interface Evidence extends Recorded {
  readonly undecided: readonly { readonly vertex: string; readonly transactions: readonly string[] }[]
}

/** What the control HTTP adapter needs of a running node (design.md section 4). */
export interface NodeControl {
  health(): { readonly ready: true } | { readonly ready: false; readonly missing: string }
  /** Nothing would be admitted now. */
  readonly isFull: boolean
  /** Resolves once what was admitted is in the store. 'full' when the queue has no room for the whole batch: HTTP 429. */
  submit(transactions: readonly SubmittedTransaction[]): Promise<Admission | 'full'>
  /**
   * Decisions from `from` on, in local order, in chunks as they come, for as long as the reader wants them.
   * Nothing is buffered for a slow reader: it is read from the store again.
   */
  decisions(from: number, signal: AbortSignal): AsyncIterable<readonly Decision[]>
  digest(): { readonly accepted: number; readonly digest: string }
  status(): NodeStatus
  /** What it has seen its peers do that no correct node does; undefined when it does not record that. */
  evidence(): Evidence | undefined
  /** Of the evidence what peers were caught at; nothing where it is not recorded. */
  caught(): readonly Caught[]
  /** What it counted of its peers, without vertices younger than this; undefined when it does not count. */
  seen(ageMs: number): Seen | undefined
}
