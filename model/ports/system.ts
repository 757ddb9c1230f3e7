import type { BehaviourName } from '../../nodes/contract/behaviours.ts'
import type { Machine } from '../machine.ts'
import type { Plan, PlannedNode } from '../plan.ts'

/**
 * A system under test. Its deployment half says what a node's instance is and is asked by the harness; its client half runs in
 * the driver (harness/driver/client.ts) and is named here; its history model chooses the checks.
 */
export interface System {
  /** As people call it: `reference`, or the name of its image. */
  readonly name: string
  readonly deployment: SystemDeployment
  readonly client: ClientName
  readonly historyModel: HistoryModel
}

/** Client halves; `http` speaks the node contract (docs/contract.md). */
export const clientNames = ['http'] as const
export type ClientName = (typeof clientNames)[number]

/** What a history of decisions means: `conflict-set`, of transactions with one owner and nonce at most one is accepted. */
export type HistoryModel = 'conflict-set'

/** How nodes of a system become instances, and what may be asked of them. All of it follows from the plan. */
export interface SystemDeployment {
  /** Images of others that nodes need; what is built from our sources is not among them. */
  images(plan: Pick<Plan, 'nodes'>): readonly string[]
  instance(plan: Plan, node: PlannedNode): NodeInstance
  /** How long all nodes may take until they are ready, milliseconds; left out, as long as so many reference nodes take. */
  readonly readyWithinMs?: number | undefined
  /** Memory of one node without what its instance costs the engine. */
  memoryMiBPerNode(nodes: number, machine: Pick<Machine, 'memoryMiB'>): number
  /** Transactions per second where nobody asks for a rate; a system with a cost model has objectives of finality too. */
  readonly defaultRate: 'cost model' | number
  readonly shows: Shown
}

/** What a node of a system does on request. */
interface Shown {
  readonly behaviours: readonly BehaviourName[]
  /** A second instance with the same identity, linked with half of the others. */
  readonly twins: boolean
  /** Several identities in one instance. */
  readonly identities: boolean
  /** A clock that can be set. */
  readonly clock: boolean
  /** Evidence against its peers, and what it observed of them. */
  readonly evidence: boolean
}

/** A node's instance, apart from where it is on the network. */
export interface NodeInstance {
  /** Left out, the image that is built from our sources. */
  readonly image?: string
  /** Left out, the image's own. */
  readonly command?: readonly string[]
  /** Beside the run's token. */
  readonly environment: Readonly<Record<string, string>>
  /** Mounted read-only. */
  readonly files: readonly NodeFile[]
  /** Directory of its store. */
  readonly data: string
  readonly memoryLimitMiB: number
  readonly openFiles: number
}

export interface NodeFile {
  /** Relative to the run's directory; secrets are below `nodes/`. */
  readonly source: string
  /** Absolute path in the instance. */
  readonly target: string
  /** File of this machine that `source` is a copy of; left out, the harness writes `source`. */
  readonly copyOf?: string
}
