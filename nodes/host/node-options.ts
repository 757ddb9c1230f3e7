import type { RuleOptions } from '../consensus/replica.ts'
import type { Assigned } from './conduct.ts'
import type { Clock, Crypto, Metrics, NodeIndex, Store, Transport } from './ports.ts'

export interface NodeOptions {
  readonly index: NodeIndex
  readonly n: number
  readonly f: number
  readonly alpha: number
  /** What decides; left out, the census rule with sticky votes. */
  readonly rule?: RuleOptions
  /** How long transactions wait for others to share a vertex with, milliseconds. */
  readonly issueIntervalMs: number
  /** One collector's turn to issue, milliseconds. */
  readonly turnMs: number
  readonly heartbeatIntervalMs: number
  /** The whole roster, in the order in which its nodes become collectors. */
  readonly order: readonly NodeIndex[]
  /** So many of them are collectors from the start; all of them where everybody is linked with everybody. */
  readonly collectors: number
  /** Those of the roster that it has no links with; nobody when left out. */
  readonly strangers?: readonly NodeIndex[]
  readonly version: string
  /** Record what peers do that no correct node does; with the census, more than f such peers are the end of acceptance. */
  readonly evidence?: { readonly faultCensus: boolean } | undefined
  /** Left out, the node is correct. */
  readonly behaviour?: Assigned | undefined
}

export interface NodePorts {
  readonly transport: Transport
  readonly store: Store
  readonly clock: Clock
  readonly crypto: Crypto
  readonly metrics: Metrics
  /** Uniform in [0, 1), the same for the same seed and name: the chance of Byzantine nodes. */
  readonly draw?: (seed: string, name: string) => number
  /** The store cannot write: the process must end. */
  readonly onFatal: (error: unknown) => void
}
