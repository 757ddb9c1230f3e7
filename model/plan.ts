import type { Behaviour } from './behaviour.ts'
import type { Occurrence } from './fault.ts'
import type { Scenario } from './scenario.ts'

export interface PlannedNode {
  readonly index: number
  /** `node-17`; also the service, host and container name inside the project. */
  readonly name: string
  /** IPv4 address on the mesh network, computed from the index. */
  readonly address: string
  /** Where there are regions. */
  readonly region?: string
  /** What makes it Byzantine from its start. */
  readonly behaviour?: Behaviour
  /** One of two containers with one identity: the other one, and the nodes that are linked with this one. */
  readonly twin?: { readonly of: number; readonly linkedWith: readonly number[] }
  /** It has no container of its own: the node in whose it runs, and where it listens there. */
  readonly host?: { readonly index: number; readonly controlPort: number; readonly meshPort: number }
}

/** Its place in the roster: that of the first for the second container of a twin, which comes after all of the roster. */
export function identityOf({ index, twin }: PlannedNode): number {
  return Math.min(index, twin?.of ?? index)
}

/** Whether it is in no roster: the second container of a twin. */
export function isSecond(node: PlannedNode): boolean {
  return identityOf(node) !== node.index
}

/** Those that vote: without the second containers of twins. */
export function voters(nodes: readonly PlannedNode[]): PlannedNode[] {
  return nodes.filter(node => !isSecond(node))
}

/** Those of them that are Byzantine from their start. */
export function plannedLiars(nodes: readonly PlannedNode[]): PlannedNode[] {
  return voters(nodes).filter(({ behaviour, twin }) => behaviour ?? twin)
}

/** The container that a node lives in. */
export function containerNameOf({ nodes }: Pick<Plan, 'nodes'>, index: number): string {
  return nodes[nodes[index]!.host?.index ?? index]!.name
}

/** Where a node answers the calls of its contract: `10.77.1.0:9000`. */
export function controlAddress({ address, host }: PlannedNode): string {
  return `${address}:${host?.controlPort ?? controlPort}`
}

/** Parameters of the rule as every node receives them. */
export type ConsensusParameters = CensusParameters | SampledParameters

interface Tolerance {
  /** Most faulty nodes (Byzantine and crashed together) with which the network is still live. */
  readonly f: number
  /** Nodes that must take part: N - f. Census: distinct votes, the own one included, that accept (or lock) a transaction. */
  readonly alpha: number
}

interface CensusParameters extends Tolerance {
  readonly rule: 'census'
  /** Lock votes; left out, votes are sticky (beta = 1). */
  readonly beta?: 2 | undefined
}

/** Named as in the Snow papers. */
interface SampledParameters extends Tolerance {
  readonly rule: 'sampled'
  readonly k: number
  readonly alphaPreference: number
  readonly alphaConfidence: number
  readonly beta: number
  /** Least time between two polls of a node: they go on as long as anything is undecided. */
  readonly pollIntervalMs: number
}

/** Knobs of the reference node that follow from N and from the CPU the nodes share. */
export interface NodeTuning {
  /** Pause between two pushes of coalesced votes; a node stretches it further when its event loop lags. */
  readonly voteIntervalMs: number
  readonly heartbeatIntervalMs: number
  /** Hops a vote takes at most: 1 is everyone to everyone, 2 and 3 relay over a lattice of that many dimensions. */
  readonly voteDimensions: 1 | 2 | 3
  /** Whether every pair of nodes is connected, or lattice neighbours only. */
  readonly fullMesh: boolean
}

export interface PlannedWorkload {
  readonly rate: number
  /** Where the rate came from, for the summary: the person's wish or the machine's CPU budget. */
  readonly rateSource: 'asked' | 'cpu budget'
  readonly durationMs: number
  readonly arrival: 'constant' | 'poisson'
  readonly payloadBytes: number
  readonly conflictShare: number
  /** Sends are grouped by this much of intended time, each group to one node; its wait counts as latency. */
  readonly batchMs: number
  readonly settleDeadlineMs: number
  readonly contestedDeadlineMs: number
}

/** What the worst of a plan's faults leave to be done once they are over. */
export interface Aftermath {
  /** The longest time in which no node can decide anything, milliseconds. */
  readonly stallMs: number
  /** So many milliseconds of load are to be caught up with: those of a stall in full, those of one node of N that is away as 1/N. */
  readonly backlogMs: number
  /** Most nodes that start again within the time of one recovery. */
  readonly restarts: number
}

/** The scenario with everything resolved from (scenario, seed): plain data, equal for equal input. */
export interface Plan {
  readonly schema: 1
  readonly seed: string
  readonly scenario: Scenario
  /** Cores that all nodes share: rate, batches and tuning follow from it. */
  readonly cpus: number
  /** The roster, and after it the second containers of twins. */
  readonly nodes: readonly PlannedNode[]
  /** Nodes that are Byzantine at some time, ascending; left out where all are correct. Nothing they say counts. */
  readonly byzantine?: readonly number[]
  /** CIDR of the mesh network, and the fixed addresses of the helpers on it. */
  readonly mesh: {
    readonly subnet: string
    readonly gateway: string
    readonly driver: string
    readonly prometheus: string
  }
  /** CIDR of the small network over which the harness reaches driver and Prometheus; no node is on it. */
  readonly control: { readonly subnet: string; readonly gateway: string; readonly prometheus: string }
  readonly consensus: ConsensusParameters
  readonly tuning: NodeTuning
  readonly workload: PlannedWorkload
  /** In the order of time; all are healed before the load ends. */
  readonly faults: readonly Occurrence[]
  /** Rate, batches and links follow from it too. */
  readonly aftermath: Aftermath
}

/** Above this a full mesh costs too much memory: 0.2 MB a connection and side, N - 1 of them in every node. */
export const fullMeshNodesMax = 150

/** Port of the node contract (HTTP), on every node's mesh address. */
export const controlPort = 9000
/** Port of the node's libp2p listener. */
export const meshPort = 4001
/** How long a node may take to end once it is asked to, milliseconds; then it is killed. */
export const stopGraceMs = 2000
/** Port of the driver's own HTTP interface, published on 127.0.0.1. */
export const driverPort = 9100
/** Port of Prometheus, on the control network and published on 127.0.0.1. */
export const prometheusPort = 9090
/** The same of Grafana. */
export const grafanaPort = 3000
