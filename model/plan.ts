import type { Behaviour } from './behaviour.ts'
import type { Build } from './build.ts'
import type { Occurrence } from './fault.ts'
import type { Machine } from './machine.ts'
import type { Objective, Scenario } from './scenario.ts'

export interface PlannedNode {
  readonly index: number
  /** `node-17`; also the service, host and instance name inside the project. */
  readonly name: string
  /** IPv4 address, computed from the index and the backend's placement. */
  readonly address: string
  /** Where there are regions. */
  readonly region?: string
  /** What makes it Byzantine from its start. */
  readonly behaviour?: Behaviour
  /** What it runs in place of the system's own image; it is Byzantine. */
  readonly build?: Build
  /** One of two instances with one identity: the other one, and the nodes that are linked with this one. */
  readonly twin?: { readonly of: number; readonly linkedWith: readonly number[] }
  /** It has no instance of its own: the node in whose it runs, and where it listens there. */
  readonly host?: { readonly index: number; readonly controlPort: number; readonly meshPort: number }
}

/** Its place in the roster: that of the first for the second instance of a twin, which comes after all of the roster. */
export function identityOf({ index, twin }: PlannedNode): number {
  return Math.min(index, twin?.of ?? index)
}

/** Whether it is in no roster: the second instance of a twin. */
export function isSecond(node: PlannedNode): boolean {
  return identityOf(node) !== node.index
}

/** Those that vote: without the second instances of twins. */
export function voters(nodes: readonly PlannedNode[]): PlannedNode[] {
  return nodes.filter(node => !isSecond(node))
}

/** Those of them that are Byzantine from their start. */
export function plannedLiars(nodes: readonly PlannedNode[]): PlannedNode[] {
  return voters(nodes).filter(({ behaviour, twin, build }) => behaviour ?? twin ?? build)
}

/** The instance that a node lives in. */
export function instanceNameOf({ nodes }: Pick<Plan, 'nodes'>, index: number): string {
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
  /** How long a transaction waits for others to share a vertex with. */
  readonly issueIntervalMs: number
  /** One collector's turn to issue. */
  readonly turnMs: number
  readonly heartbeatIntervalMs: number
}

/** Who collects votes and issues vertices. */
export interface Succession {
  /** The whole roster, in the order in which its nodes become collectors when those before them fail. */
  readonly order: readonly number[]
  /** So many of them are collectors from the start, linked with everybody; all of them in a full mesh. */
  readonly collectors: number
}

export interface PlannedWorkload {
  readonly rate: number
  /** Where the rate came from, for the summary: the person's wish, the machine's CPU budget, or the system's own default. */
  readonly rateSource: 'asked' | 'cpu budget' | 'system'
  /** Load before the measured window, milliseconds; plans of older versions have none. */
  readonly warmupMs: number
  /** Length of the measured window. Times of faults count from its begin. */
  readonly durationMs: number
  readonly arrival: 'constant' | 'poisson'
  readonly payloadBytes: number
  readonly conflictShare: number
  /** Sends are grouped by this much of intended time, each group to one node; its wait counts as latency. */
  readonly batchMs: number
  readonly settleDeadlineMs: number
  readonly contestedDeadlineMs: number
}

/** What throughput and finality at the issuer are judged by. */
export interface PlannedObjectives {
  readonly throughput: ThroughputObjective | Unjudged
  readonly finalityP95Ms: FinalityObjective | Unjudged
  readonly finalityP99Ms: FinalityObjective | Unjudged
}

export type ThroughputObjective = ShareObjective | RateObjective

/** Shares, 0 to 1, of the transactions due in a window that are accepted no later than `withinMs` after that; times under faults are left out. */
export interface ShareObjective extends Objective {
  readonly unit: 'share'
  readonly withinMs: number
}

/** Accepted transactions per second over the whole measured load. */
interface RateObjective extends Objective {
  readonly unit: 'tps'
}

export interface FinalityObjective extends Objective {
  /** Where the levels come from: the scenario, for the whole measured load, or the cost model, for times without faults. */
  readonly source: 'scenario' | 'cost model'
  /** How they follow from that, for people. */
  readonly sum: string
}

/** A figure that is reported only, and why. */
export interface Unjudged {
  readonly unjudged: string
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
  /** Cores that all nodes share. */
  readonly cpus: number
  /** What rate, batches and tuning follow from; older plans have none. */
  readonly machine: Machine
  /** The roster, and after it the second instances of twins. */
  readonly nodes: readonly PlannedNode[]
  /** Nodes that are Byzantine at some time, ascending; left out where all are correct. Nothing they say counts. */
  readonly byzantine?: readonly number[]
  readonly consensus: ConsensusParameters
  readonly tuning: NodeTuning
  readonly succession: Succession
  readonly workload: PlannedWorkload
  /** Left out by plans of older versions. */
  readonly objectives?: PlannedObjectives
  /** In the order of time; all are healed before the load ends. */
  readonly faults: readonly Occurrence[]
  /** Rate, batches and links follow from it too. */
  readonly aftermath: Aftermath
}

/** Whether all nodes are linked with each other from the start. */
export function isFullMesh({ succession }: Pick<Plan, 'succession'>): boolean {
  return succession.collectors === succession.order.length
}

/** The nodes that are collectors from the start. */
export function collectorsOf({ succession }: Pick<Plan, 'succession'>): readonly number[] {
  return succession.order.slice(0, succession.collectors)
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
