/** pass: shown to hold; fail: shown not to hold, with evidence; unknown: the evidence does not say. */
export type Outcome = 'pass' | 'fail' | 'unknown'

/** For objectives: how good a pass is, or that it failed. */
export type Level = 'target' | 'acceptable' | 'critical' | 'missed'

export interface CheckResult {
  readonly name: string
  readonly verdict: Outcome
  readonly level?: Level
  /** One sentence for a person, with the figures. */
  readonly message: string
  /** The witness: small plain data that lets a reader verify the claim in the history. */
  readonly evidence?: unknown
}

/** Times are in the unit of the name. Lost transactions count as infinite latency, written as null in JSON. */
export interface RunMetrics {
  readonly nodes: number
  readonly readySeconds: number | null
  readonly tps: number
  readonly intendedTps: number
  readonly finalityMs: PercentilesOrLost
  readonly finalityAllMs: PercentilesOrLost
  /** The load before the measured one, which the figures above leave out and the counts below include; null where there was none. */
  readonly warmup: { readonly seconds: number; readonly submitted: number } | null
  readonly submitted: number
  readonly accepted: number
  readonly rejected: number
  readonly undecided: number
  readonly lost: number
  /** No node ever had room for them; left out of verdicts of older versions. */
  readonly refused?: number
  /** Conflict sets of the workload with both sides sent: one side accepted, none so far, or both. */
  readonly contested: { readonly accepted: number; readonly undecided: number; readonly violated: number }
  /** Null where nodes did not tell, as where none is Byzantine. */
  readonly vertices: VertexFigures | null
  readonly memoryPerNodeMiB: number | null
  /** Sent by all nodes between the time they were ready and the end, whatever for, over accepted transactions. */
  readonly messagesPerAcceptedTransaction: number | null
  readonly cpuMicrosecondsPerTransactionAndNode: number | null
  /** What others did during the load; null where there was none, and in histories of versions that did not measure it. */
  readonly noise: NoiseFigures | Unobservable | null
  /** How the clock on the wall was set during the run; no figure depends on it. Left out of verdicts of older versions. */
  readonly clockSteps?: readonly ClockStep[]
  /** In the order of the heals. */
  readonly recoveries: readonly Recovery[]
}

/** Shares are of all cores. */
interface NoiseFigures {
  /** Taken by programs outside of the run: the mean, and the most in a sample of about a second. */
  readonly othersPercent: number
  readonly othersWorstPercent: number
  /** Given to other virtual machines by the hypervisor. */
  readonly stealPercent: number
  /** CPU seconds that a quota around the run held back. */
  readonly throttledSeconds: number
}

/** The clock on the wall was set by so much, or went on while the machine was suspended. */
interface ClockStep {
  /** Since the begin of the run. */
  readonly atSeconds: number
  readonly byMs: number
  readonly suspendedMs?: number
}

/** Why something could not be measured. */
interface Unobservable {
  readonly unobservable: string
}

/** What became of vertices with something unconflicted in them, at the correct node with most of them undecided. */
export interface VertexFigures {
  /** How many it voted on, within what can be known. */
  readonly unconflicted: { readonly least: number; readonly most: number }
  readonly undecided: number
  /** Unconflicted transactions not accepted everywhere that are in no undecided vertex of any node. */
  readonly elsewhere: number
}

/** How the network came back after one fault, or after several that overlapped. */
export interface Recovery {
  /** Ids of the faults; the last of them healed when the time begins. */
  readonly faults: readonly string[]
  /** From the heal to the next first acceptance of a transaction anywhere, milliseconds; null when there was none. */
  readonly firstDecisionMs: number | null
  /**
   * From the heal until every running node had accepted every unconflicted transaction that was due before the heal,
   * milliseconds; null when that never came, or the recovery was interrupted.
   */
  readonly levelMs: number | null
  /** The next fault began before the network was level, and before the limit for that was over. */
  readonly wasInterrupted: boolean
}

export interface PercentilesOrLost {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export interface Verdict {
  readonly schema: 1
  readonly run: string
  readonly scenario: string
  readonly seed: string
  readonly verdict: Outcome
  readonly checks: readonly CheckResult[]
  readonly metrics: RunMetrics
}

/** That of a run whose figures are elsewhere, or are none. */
export type UnmeasuredVerdict = Omit<Verdict, 'metrics'>

const rank: Record<Outcome, number> = { pass: 0, unknown: 1, fail: 2 }

/** The worst of several outcomes; nothing at all is unknown, because silence is not safety. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.length === 0) return 'unknown'
  return outcomes.reduce((a, b) => (rank[b] > rank[a] ? b : a))
}
