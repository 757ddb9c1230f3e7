import type { Seen } from './seen.ts'

/**
 * The history: one JSON object per line, append only, the only input of checkers beside the plan.
 * `at` is milliseconds since the origin of the run, on a clock that nobody can set (model/clock.ts). Harness and driver read the same one;
 * where the driver runs on another kernel, its lines are brought to the harness's clock as they are read, and `clock` lines say how far
 * that can be trusted. Times of nodes are in no line. Transactions are named by their workload index (0, 1, 2 …), which
 * a `transactions` line ties to the id before its first use.
 */
export type HistoryEvent =
  | BeginEvent
  | StageEvent
  | TransactionsEvent
  | SubmissionEvent
  | DecisionsEvent
  | ForeignDecisionEvent
  | DigestEvent
  | NodeStatusEvent
  | EvidenceEvent
  | InstanceEvent
  | FaultEvent
  | DriverEvent
  | ResourcesEvent
  | NoiseEvent
  | NoiseUnobservableEvent
  | ClockEvent
  | StepEvent
  | EpochEvent
  | NoteEvent
  | EndEvent

/** Version of the history. Lines of schema 1 had times of the clock on the wall. */
export const historySchema = 2

export interface BeginEvent {
  readonly type: 'begin'
  readonly at: number
  readonly schema: typeof historySchema
  readonly run: string
  readonly version: string
  readonly machine: MachineFacts
  /** What the clock on the wall showed at the origin, milliseconds since the epoch: for people, and for what Prometheus has. */
  readonly originWallMs: number
  /** Which start of which kernel the harness ran on (boot_id); left out where the kernel does not say. */
  readonly boot?: string
  /** The command line that plays the run again. */
  readonly repeat?: string
}

/** Facts without which a figure cannot be repeated. */
interface MachineFacts {
  readonly cpus: number
  readonly cpuModel: string
  readonly memoryMiB: number
  readonly kernel: string
  readonly engine: string
  readonly node: string
}

const stages = [
  'preflight',
  'images',
  'create',
  'ready',
  'warmup',
  'load',
  'settle',
  'collect',
  'teardown',
] as const
export type Stage = (typeof stages)[number]

/**
 * The driver records when warm-up, load, settle and collect begin and end, with the exact window of the load. The harness
 * may record them as well, from outside: its load begins before the warm-up and ends after the load.
 */
export interface StageEvent {
  readonly type: 'stage'
  readonly at: number
  readonly stage: Stage
  readonly state: 'begin' | 'end'
  /** At the begin of a warm-up: how long it is planned to last, milliseconds. The measured load begins when it is over. */
  readonly forMs?: number
}

/** Declares workload transactions first … first + ids.length - 1 before any of them is sent. */
export interface TransactionsEvent {
  readonly type: 'transactions'
  readonly at: number
  readonly first: number
  readonly ids: readonly string[]
  /** Pairs [index, other index] of this line that share owner and nonce (the double-spends). */
  readonly conflicts?: readonly (readonly [number, number])[]
}

/**
 * One POST /transactions, written once its result is known; `at` is when it was sent. Retries are further lines with
 * the same indexes and another node. Decisions can come before the line of the submission that led to them.
 */
export interface SubmissionEvent {
  readonly type: 'submission'
  readonly at: number
  readonly node: number
  readonly transactions: readonly number[]
  /** When each was meant to be sent (open loop): latency counts from here, whatever delayed the send. */
  readonly intendedAt: readonly number[]
  /** ok: the node answered 202; failed: it surely took none; unknown: no answer came, it may have taken some. */
  readonly result: 'ok' | 'failed' | 'unknown'
  /** Left out are those the node refused because it has them already: they count as taken. */
  readonly refused?: readonly { readonly transaction: number; readonly code: string }[]
  readonly error?: string
}

/** What one node told of its own decisions, in its local order starting at `sequence`. */
export interface DecisionsEvent {
  readonly type: 'decisions'
  /** When the driver received them: the client's view, which latency is measured by. */
  readonly at: number
  readonly node: number
  readonly sequence: number
  readonly transactions: readonly number[]
  /** Those of `transactions` that were rejected; the rest were accepted. */
  readonly rejected?: readonly number[]
  /** True when the log of a restarted node is read again from its start, to compare it with what it said before. */
  readonly reread?: true
}

/** A node decided a transaction that the workload never made. */
export interface ForeignDecisionEvent {
  readonly type: 'foreign-decision'
  readonly at: number
  readonly node: number
  readonly sequence: number
  readonly transaction: string
  readonly outcome: 'accepted' | 'rejected'
}

export interface DigestEvent {
  readonly type: 'digest'
  readonly at: number
  readonly node: number
  readonly accepted: number
  readonly digest: string
}

/** GET /status of one node, reduced to what checkers and summary need. */
export interface NodeStatusEvent {
  readonly type: 'node-status'
  readonly at: number
  readonly node: number
  /** When this process of the node started, milliseconds since the epoch: a change is a restart. */
  readonly startedAt: number
  readonly peers: number
  readonly processing: number
  readonly accepted: number
  /** Since this process started; nodes that do not count them leave it out. */
  readonly messagesSent?: number
  /** Vertices it has voted on; nodes that have none, or do not count them, leave it out. */
  readonly vertices?: number
  /** What it raises, such as SAFETY_THRESHOLD_EXCEEDED; nodes that raise nothing leave it out. */
  readonly raised?: string
  readonly storage: { readonly verified: boolean; readonly opens: number; readonly message?: string }
}

/** What one node saw its peers do (GET /evidence and, of some, GET /seen), read at the end where there are Byzantine nodes. */
export interface EvidenceEvent {
  readonly type: 'evidence'
  readonly at: number
  /** Who saw it. */
  readonly node: number
  /** Peers caught at what no correct node does, and what was seen first. */
  readonly caught: readonly {
    readonly node: number
    readonly offence: string
    readonly count: number
    readonly first: string
  }[]
  /** Vertices with a double-spent transaction, and who voted against which positions of them as this node heard it. */
  readonly contested: readonly {
    readonly vertex: string
    readonly issuer: number
    /** Those with the same `set` exclude each other; older histories leave it out. */
    readonly transactions: readonly {
      readonly position: number
      readonly id: string
      readonly set?: string | undefined
    }[]
    readonly votes: readonly { readonly exceptions: readonly number[]; readonly voters: readonly number[] }[]
  }[]
  /** Vertices with something undecided in them, the oldest 256, with all their transactions; nodes that do not tell leave it out. */
  readonly undecided?: readonly { readonly vertex: string; readonly transactions: readonly string[] }[]
  /** What it counted of each peer, where it was asked. */
  readonly seen?: Seen
}

/** All that one node saw of its peers. */
export type Witness = Pick<EvidenceEvent, 'node' | 'caught' | 'contested'> &
  Required<Pick<EvidenceEvent, 'seen'>>

/** The engine's view of one node's instance. */
export interface InstanceEvent {
  readonly type: 'container'
  readonly at: number
  readonly node: number
  /** moved: it has other addresses, because somebody else started it or changed its networks. */
  readonly state: 'started' | 'died' | 'oom' | 'paused' | 'unpaused' | 'removed' | 'moved'
  readonly exitCode?: number
  /** The harness did it, for a fault; left out, something else did. */
  readonly asked?: true
  /** It died because somebody else asked the engine to end it. */
  readonly requested?: true
  /** The last lines that an instance wrote before it died unasked. */
  readonly output?: string
}

/** A step of one occurrence of a fault. An occurrence without `injected` and `healed` did not happen as planned. */
export interface FaultEvent {
  readonly type: 'fault'
  readonly at: number
  /** Of the occurrence in the plan, such as `kill-1`. */
  readonly id: string
  /**
   * - inject, heal: requested
   * - effect, ended: the request took effect; a fault lasts from the one to the other
   * - injected, healed: measured afterwards
   * - interrupted, resumed: it stopped holding before it was to heal, and held again
   * - seen: of behaviours, what peers saw of it while it lasted
   */
  readonly step:
    | 'inject'
    | 'effect'
    | 'injected'
    | 'interrupted'
    | 'resumed'
    | 'seen'
    | 'heal'
    | 'ended'
    | 'healed'
  /** Whether what was measured is what was meant; of `injected`, `interrupted`, `seen` and `healed` only. */
  readonly attested?: boolean
  /** What was measured, or what went wrong, as one sentence. */
  readonly evidence?: string
}

/** The driver's own health, about once a second while it warms up and loads. */
export interface DriverEvent {
  readonly type: 'driver'
  readonly at: number
  /**
   * Transactions of the measured load whose request was due (the last of its group), and those really sent by then; both
   * are 0 in the warm-up.
   */
  readonly intended: number
  readonly sent: number
  /** 99th percentile of the event loop's delay since the last line, milliseconds. */
  readonly lagP99Ms: number
}

/** One sample of all node instances, from the cgroup files. Arrays are by node index; null when not running. */
export interface ResourcesEvent {
  readonly type: 'resources'
  readonly at: number
  readonly memoryBytes: readonly (number | null)[]
  /** CPU seconds used since the instance started. */
  readonly cpuSeconds: readonly (number | null)[]
}

/**
 * Who used the cores of the engine's machine since the sample before, about once a second. What the run used is listed by
 * part, in CPU seconds; the rest of `busy` is what others took.
 */
export interface NoiseEvent {
  readonly type: 'noise'
  readonly at: number
  /** Length of the sample, which ends at `at`, milliseconds of a monotonic clock. */
  readonly forMs: number
  readonly cores: number
  /** CPU seconds that were neither idle nor stolen, of all cores together. */
  readonly busy: number
  /** Of all instances of the run. */
  readonly containers: number
  /** Of the engine's processes and the shims of the run's instances. */
  readonly engine: number
  /** Of the harness, its children, and the npm that started it. */
  readonly harness: number
  /** In interrupts and softirqs, as far as no process is charged with them: no kernel records for whom, and the run's bridge makes nearly all of them. */
  readonly interrupts: number
  /** CPU seconds that the hypervisor gave to other virtual machines. */
  readonly steal: number
  /** CPU seconds that a CPU quota around all instances of the run held back. */
  readonly throttled: number
  /** Seconds in which some task of the machine waited for the resource; left out where the kernel does not measure it. */
  readonly pressure?: Readonly<Record<'cpu' | 'memory' | 'io', number>>
}

/** Why a run has no samples of noise. */
interface NoiseUnobservableEvent {
  readonly type: 'noise-unobservable'
  readonly at: number
  readonly reason: string
}

/** How the driver's clock was found to run beside the harness's, asked over the network: the quickest of some answers. */
export interface ClockEvent {
  readonly type: 'clock'
  readonly at: number
  readonly who: 'driver'
  /** shared: it is the same clock; offset: it is another one, and `offsetMs` is added to the times of its lines from here on. */
  readonly is: 'shared' | 'offset'
  readonly offsetMs: number
  /** Half of the time of that answer: the offset is wrong by so much at most. */
  readonly errorMs: number
  readonly when: 'start' | 'meanwhile' | 'step' | 'end'
}

/** The harness found its clock on the wall set, or gone on while the machine was suspended; within a second or so. */
export interface StepEvent {
  readonly type: 'step'
  readonly at: number
  /** Positive: forwards. */
  readonly byMs: number
  /** How much of it the machine was suspended; left out where it was not. */
  readonly suspendedMs?: number
}

/** The driver's kernel was started anew since it was asked before: its clock began again. */
export interface EpochEvent {
  readonly type: 'epoch'
  readonly at: number
  readonly boot: string | null
}

/** Anything a reader of the run should know: a retried instance, a figure that could not be had. */
export interface NoteEvent {
  readonly type: 'note'
  readonly at: number
  readonly level: 'info' | 'warning' | 'error'
  readonly message: string
}

export interface EndEvent {
  readonly type: 'end'
  readonly at: number
  readonly reason: 'done' | 'interrupted' | 'failed'
  readonly message?: string
}
