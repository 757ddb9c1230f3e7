import type { ContainerEvent, ResourcesEvent } from './event.ts'
import type { Plan } from './plan.ts'
import type { ShaperReply, ShaperRequest } from './shaper.ts'

/** What a backend needs to bring a plan to life. */
export interface Deployment {
  readonly run: string
  readonly plan: Plan
  /** Absolute path of runs/<id>/, where the backend finds and leaves its files. */
  readonly directory: string
  /** The run's bearer token for calls that change anything. */
  readonly token: string
}

export interface StartProgress {
  readonly created: number
  readonly started: number
  readonly total: number
}

/** A container as faults see it. */
export type NodeState = 'running' | 'paused' | 'down'

/** Where nodes live. Compose now, Kubernetes later; the simulator is a runner without a backend. */
export interface Backend {
  /**
   * Creates and starts everything in bounded waves.
   * @throws HarnessError after taking down what it had started
   */
  up(
    deployment: Deployment,
    options: { signal: AbortSignal; onProgress: (progress: StartProgress) => void },
  ): Promise<RunningNetwork>
  /** Removes all that carries the run's label, paused and dead containers included. Twice without harm. */
  down(run: string): Promise<{ containers: number; networks: number }>
}

/** Containers that run; disposing takes them down unless they are to be kept. */
export interface RunningNetwork extends AsyncDisposable {
  readonly run: string
  /** Base URL of the driver's HTTP interface, reachable from the harness. */
  readonly driverUrl: string
  /** From now on disposing leaves everything up (--keep). */
  keep(): void
  /** Starts and deaths of node containers from the engine's event stream, until the signal aborts. */
  watch(signal: AbortSignal): AsyncIterable<ContainerEvent>
  sampleResources(): Promise<ResourcesEvent>
  /** SIGKILL; resolves once the engine says the container is dead. */
  kill(node: number): Promise<void>
  /** SIGTERM, and SIGKILL when that was not enough; resolves once the container is dead. */
  stop(node: number): Promise<void>
  /** Starts a dead container again; its store is kept. */
  start(node: number): Promise<void>
  /** Freezes all processes of a container; one that is frozen already is fine. */
  pause(node: number): Promise<void>
  unpause(node: number): Promise<void>
  /** Full ids of the nodes' containers, in the order of the plan. */
  readonly nodeContainers: readonly string[]
  /**
   * Hands one document to the shaper and returns its answer; the plan must have a fault of links for it to be there.
   * @throws HarnessError when the shaper cannot be reached
   */
  shape(request: ShaperRequest): Promise<ShaperReply>
  /** What the engine says now. */
  stateOf(node: number): Promise<NodeState>
  /** Last lines of a container's output, for error messages. */
  logs(service: string, lines: number): Promise<string>
}
