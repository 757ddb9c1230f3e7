import type { InstanceGroup, Place, RunningNetwork } from '../backend.ts'
import type { RunClock } from '../clock.ts'
import type { HarnessError } from '../errors.ts'
import type { Fault } from '../fault.ts'
import type { Finding } from '../finding.ts'
import type { Plan } from '../plan.ts'
import type { UndoJournal } from '../undo.ts'
import type { System } from './system.ts'

/**
 * Where networks live, through their whole life. A backend comes to an engine; the engine checks what it can carry, has images, brings
 * networks up, heals and removes them. The simulator is a runner without a backend.
 */
export interface Backend {
  /** Most nodes that a network may have. */
  readonly nodesMax: number
  /**
   * Comes to an engine that answers, and starts or installs one where that is allowed.
   * @throws HarnessError (exit code 69) with the next step, when none can be had
   */
  connect(options: Access): Promise<Engine>
}

export interface Access {
  /** False forbids to install or start anything (--no-provision). */
  readonly provision: boolean
  readonly log: Log
  readonly signal?: AbortSignal | undefined
}

/** Told in one line what is done, or what went wrong in passing. */
export type Log = (line: string) => void

/** What a history says of an engine. */
export interface EngineFacts {
  readonly version: string
  readonly kernel: string
  /** What it may use, which may be less than the machine has. */
  readonly cpus: number
  readonly memoryBytes: number
  /** Whether it runs on this machine's kernel. */
  readonly isLocal: boolean
}

/** What runs the nodes. */
export interface Engine extends EngineFacts {
  /** What it calls itself, on whatever way it is reached: the journal of a run tells it from others so. */
  readonly id: string
  /**
   * Takes the engine for one run until disposed, against everybody on this machine and against other machines.
   * @returns who has it, where somebody does
   */
  claim(claimant: Claimant, options: ClaimOptions): Promise<AsyncDisposable | Taken>
  /** Every run that has anything on the engine. Whether it is alive only its directory tells. */
  findRuns(): Promise<readonly FoundRun[]>
  /** Where a network can be: addresses that nobody uses here. */
  choosePlacement(): Promise<Placement>

  /** Looks at the machine, raises what it may, and tells everything it found. Refuses nothing. */
  examine(need: NetworkNeed): Promise<readonly Finding[]>
  /**
   * Makes sure that this machine can make these faults.
   * @throws HarnessError `preflight` (exit code 69) that names the fault and what it lacks
   */
  preflightFaults(faults: readonly Fault[], images: Images): Promise<void>
  /** What to do about other programs that took cores from a run; undefined where nothing is known. */
  adviseOnDisturbance(): Promise<string | undefined>

  /**
   * Makes sure that the engine has the images of these very sources, and those that others build.
   * @throws HarnessError with exit code 69 when an image cannot be had, 70 when our sources do not compile
   */
  ensureImages(options: Access & { readonly others?: readonly string[] }): Promise<Images>
  /** Images of what watches a network. What cannot be had is said in one line and left out: nothing of a run depends on it. */
  ensureWatchers(options: Access): Promise<WatcherImages | undefined>

  /**
   * Creates and starts everything in bounded waves.
   * @throws HarnessError after taking down what it had started
   */
  up(deployment: Deployment, options: UpOptions): Promise<RunningNetwork>
  /** Removes all that carries the run's label, paused and dead instances included. Twice without harm. */
  down(run: Pick<FoundRun, 'run' | 'directory'>): Promise<Removed>
  /** Undoes what a journal says that faults did, and nothing else. Twice without harm; what cannot be undone stays in the journal. */
  heal(journal: UndoJournal, options: HealOptions): Promise<Healed>

  /** @throws HarnessError when there is no such project, or none of it runs */
  findProject(name: string): Promise<Project>
}

/** Who has an engine for a run, as other machines see it. */
export interface Claimant {
  readonly user: string
  readonly host: string
  readonly pid: number
  /** Of the kernel's start, and of the network namespace: within both, the lock knows better whether the claimant lives. */
  readonly boot: string
  readonly namespace: string
}

export interface ClaimOptions {
  /** What whoever asks on this machine is told of the holder; asked anew each time. */
  readonly holder: () => object
  readonly withinMs: number
  readonly signal?: AbortSignal | undefined
}

/** Who has an engine: a process of this machine, by what it tells of itself, or one elsewhere, with the command that takes it away from it. */
export type Taken =
  | { readonly by: 'here'; readonly holder: unknown }
  | { readonly by: 'elsewhere'; readonly claimant: Claimant; readonly release: string }

/** Something of a run that is on the engine. */
export interface FoundRun {
  readonly run: string
  readonly instances: number
  readonly networks: number
  /** Its run directory, as the harness that made it named it. */
  readonly directory: string | undefined
}

/** Where a network is to be. */
export interface Placement {
  /** IPv4 addresses in CIDR notation. */
  readonly subnet: string
  /** Of them the first one of a node; the others follow it. */
  readonly firstNode: string
}

/** What was removed, and what could not be. */
export interface Removed {
  readonly instances: number
  readonly networks: number
  /** Networks that nobody is on, but which the engine counts as in use until it is restarted. */
  readonly stuck: readonly string[]
}

/** What a network asks of the machine. */
export interface NetworkNeed {
  readonly nodes: number
  /** Memory of one node with its share of the engine's processes, MiB. */
  readonly memoryMiBPerNode: number
  /** Whether metrics are kept. Default true. */
  readonly isWatched?: boolean
  /** Folder that the run's own files go to. Default `runs`. */
  readonly runsDirectory?: string
  /** The run that asks, whose own instances do not count as another run. */
  readonly run?: string
}

/** Names of the images that every run needs. */
export interface Images {
  readonly node: string
  readonly driver: string
  readonly shaper: string
}

/** Images of what watches a network; undefined is what cannot be had. */
export interface WatcherImages {
  readonly prometheus: string
  readonly grafana: string | undefined
}

/** What a backend needs to bring a plan to life. */
export interface Deployment {
  readonly run: string
  readonly plan: Plan
  readonly system: System
  /** Absolute path of runs/<id>/, where the backend finds and leaves its files. */
  readonly directory: string
  /** The run's bearer token for calls that change anything. */
  readonly token: string
  /** Gives every line of the history its time. */
  readonly clock: RunClock
  /** Where is written down what faults do to instances; left out, in memory. */
  readonly journal?: UndoJournal
}

export interface UpOptions {
  readonly images: Images
  /** Left out, nothing watches the network (--no-metrics). */
  readonly watchers?: WatcherImages | undefined
  /** Host port of the driver; left out, a free one is taken. */
  readonly driverPort?: number | undefined
  readonly log: Log
  readonly signal: AbortSignal
  readonly onProgress: (progress: StartProgress) => void
}

interface StartProgress {
  readonly created: number
  readonly started: number
  readonly total: number
}

export interface HealOptions {
  readonly run: string
  readonly directory: string
  /** Of the shaper; left out, the one of these sources is made. */
  readonly image?: string | undefined
}

/** What was found wrong and put right. */
export interface Healed {
  readonly unpaused: readonly string[]
  readonly started: readonly string[]
  readonly unlimited: readonly string[]
  /** Namespaces that were looked at and have no rule of ours any more. */
  readonly namespaces: number
  /** What could not be put right, and stays in the journal. */
  readonly failed: readonly HarnessError[]
}

/** What is known of a network of somebody else. */
export interface ProjectFacts {
  readonly project: string
  readonly places: readonly Place[]
  /** Indexes into `places` by whatever they may be called. */
  readonly selectors: ReadonlyMap<string, readonly number[]>
  /** Names that mean more than one thing, with how to say each. */
  readonly doubtful: ReadonlyMap<string, readonly string[]>
  /** Names of the services. */
  readonly services: readonly string[]
  /** What does not run, and is left alone, with its state. */
  readonly ignored: readonly string[]
  /** What somebody started for one job, and is left alone. */
  readonly oneOffs: readonly string[]
  /** Containers that this process runs in, which are left alone. */
  readonly own: readonly string[]
}

/** A network of somebody else, who goes on to use it. */
export interface Project extends ProjectFacts {
  /** The longest that one of its places may take to end once it is asked to, milliseconds. */
  readonly graceMs: number
  /**
   * Makes sure that links of some of its places can be cut as a whole, and that nothing else would be cut with them.
   * @param hit indexes of those that faults of links select
   * @throws HarnessError naming the place that cannot
   */
  requireShapeable(hit: readonly number[]): Promise<void>
  /**
   * Makes sure that what faults may end comes back as it was.
   * @param hit indexes of those that such faults select
   * @throws HarnessError naming the place that does not
   */
  requireEndable(hit: readonly number[]): void
  /** Takes hold of its places; disposing lets go of them, and undoes what a shaper holds. */
  hold(options: HoldOptions): Promise<InstanceGroup & AsyncDisposable>
}

export interface HoldOptions {
  readonly run: string
  /** Of the run, which tells others whose it is. */
  readonly directory: string
  /** Of the shaper; left out, no fault needs one. */
  readonly shaper?: string | undefined
  readonly clock: RunClock
  /** Left out, in memory. */
  readonly journal?: UndoJournal
}
