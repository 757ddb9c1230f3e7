import type { Behaviour } from './behaviour.ts'
import type { InstanceEvent, NoiseEvent, ResourcesEvent, Witness } from './event.ts'
import type { Plan } from './plan.ts'
import type { ShaperHeld, ShaperReply, ShaperRequest } from './shaper.ts'

/** A place as faults see it; `mixed` where its instances are not all in one state. */
export type NodeState = 'running' | 'paused' | 'down' | 'mixed'

/** Where an instance is found on the network. */
export interface Place {
  readonly name: string
  /** IPv4 addresses at which others reach it; none where it has no network of its own: its links are left alone then. */
  readonly addresses: readonly string[]
  /** The network of each of the addresses, by name; left out where all places share one. */
  readonly networks?: readonly string[]
  /** Full id of the instance. */
  readonly container: string
  /** Further instances that share a namespace with it, and end and start with it, after it. */
  readonly others?: readonly { readonly name: string; readonly container: string }[]
}

/** All instances of a place, the one that the others depend on first. */
export function instancesOfPlace({ name, container, others = [] }: Place) {
  return [{ name: others.length > 0 ? name.split('+')[0]! : name, container }, ...others]
}

/** An address outside of the group that an instance shares a network with: the host, or an instance of somebody else. */
export interface Neighbour {
  readonly name: string
  readonly address: string
}

/** How far an instance's limits are narrowed down; what is left out stays. */
export interface Limits {
  /** Of the CPU time that it may use, or of one core where it may use all. */
  readonly cpuShare?: number
  readonly memoryBytes?: number
}

/** What an instance has used since it started, as the kernel counts it; null where that cannot be read. */
export interface Usage {
  readonly memoryBytes: number | null
  readonly cpuSeconds: number | null
}

/** Instances that faults are done to, by their index in `places`. */
export interface InstanceGroup {
  readonly places: readonly Place[]
  /** SIGKILL; resolves once the engine says the instance is dead. What is dead already is not this run's doing. */
  kill(index: number): Promise<void>
  /** SIGTERM, and SIGKILL when that was not enough; resolves once the instance is dead. */
  stop(index: number): Promise<void>
  /** Starts a dead instance again; its files are kept, and `places` has the addresses it got, which may be new. */
  start(index: number): Promise<void>
  /**
   * Starts what faults of this run ended, by `kill` or `stop`, or by a limit of memory that is over, and nothing else: what ended by itself, or
   * by somebody else's hand, stays as it is.
   */
  revive(index: number, cause: 'ended' | 'starved'): Promise<void>
  /** Freezes all processes of an instance; one that is frozen already is fine, and not this run's doing. */
  pause(index: number): Promise<void>
  /** Thaws what this run froze. */
  unpause(index: number): Promise<void>
  /** What the engine says now. */
  stateOf(index: number): Promise<NodeState>
  /** @param instance its full id */
  usageOf(container: string): Promise<Usage>
  /** Starts, deaths, freezing and removal of these instances from the engine's event stream, until the signal aborts. */
  watch(signal: AbortSignal): AsyncIterable<InstanceEvent>
  /** The last lines that an instance wrote, up to the time of an event where one is given. */
  outputOf(index: number, lines: number, until?: number): Promise<string>
  /** Who else can be reached on the networks of an instance, the host first. */
  neighboursOf(index: number): Promise<readonly Neighbour[]>
  /**
   * Hands one document to the shaper and returns its answer; it is there only where a fault needs it.
   * @throws HarnessError when the shaper cannot be reached
   */
  shape(request: ShaperRequest): Promise<ShaperReply>
  /** @throws HarnessError when the shaper cannot be reached */
  openLease(): Promise<ShaperLease>
}

/** The line over which the lease of the shaper is renewed: a line of text each time, where a document takes a process. */
export interface ShaperLease {
  /**
   * What the shaper holds, and holds on to for the length of the lease.
   * @throws Error when it does not answer, or has not seen a renewal for some seconds
   */
  renew(): Promise<ShaperHeld>
  close(): void
}

/** The clocks of nodes, by index. */
export interface Clocks {
  /** Sets a node's clock ahead by so many milliseconds; negative: behind. @throws Error when the node does not answer */
  set(node: number, aheadMs: number): Promise<void>
  /** How far a node's clock is ahead of ours, milliseconds. @throws Error when the node does not answer */
  read(node: number): Promise<number>
}

/** The behaviours of nodes, by index. */
export interface Behaviours {
  /** From now on the node behaves so; undefined: as a correct node. @throws Error when it does not answer */
  set(node: number, behaviour: Behaviour | undefined): Promise<void>
  /** The name of the node's behaviour, `correct` without one. @throws Error when it does not answer */
  read(node: number): Promise<string>
  /** What the node has seen its peers do, without vertices younger than this. @throws Error when it does not answer */
  witness(node: number, ageMs: number): Promise<Witness>
}

/** Measures who uses the cores. */
export interface NoiseMeter {
  /** What happened since the last call, or since the meter was made; undefined where this cannot be read any more. */
  sample(): NoiseEvent | undefined
}

/** Instances that run; disposing takes them down unless they are to be kept. */
export interface RunningNetwork extends InstanceGroup, AsyncDisposable {
  readonly run: string
  /** Base URL of the driver's HTTP interface, reachable from the harness. */
  readonly driverUrl: string
  /** Where metrics and dashboards can be looked at on this machine; undefined where there are none. */
  readonly prometheusUrl: string | undefined
  readonly grafanaUrl: string | undefined
  /** Has what watches the network call nodes as this plan does from now on: role and behaviour, on the same addresses. */
  relabel(plan: Plan): Promise<void>
  /** From now on disposing leaves everything up (--keep). */
  keep(): void
  sampleResources(): Promise<ResourcesEvent>
  /** A meter of the machine that the instances share, or why there is none. */
  openNoiseMeter(): Promise<NoiseMeter | { readonly unobservable: string }>
  /** Last lines of an instance's output, for error messages. */
  logs(service: string, lines: number): Promise<string>
}
