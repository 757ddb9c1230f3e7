/**
 * Where the times of a run count from: a moment of CLOCK_MONOTONIC, which is one value for all processes and instances of a kernel and
 * which nobody can set.
 */
export interface ClockOrigin {
  /** The moment, nanoseconds in decimal. */
  readonly monotonicNs: string
  /** The same moment by the clock on the wall, milliseconds since the epoch. */
  readonly wallMs: number
  /** Which start of which kernel this is (boot_id). */
  readonly boot: string
}

/** The clocks of a machine. */
export interface MachineClocks {
  /** CLOCK_MONOTONIC. */
  monotonicNs(): bigint
  /** CLOCK_REALTIME, which people and time services set. */
  wallMs(): number
  /** CLOCK_BOOTTIME, which counts while the machine is suspended; undefined where it cannot be read. */
  bootMs?(): number | undefined
  /** Which start of which kernel they count from; undefined where it does not say. */
  boot?(): string | undefined
}

/** The clock on the wall was set, or went on while the machine was suspended. */
export interface WallStep {
  /** When it was noticed. */
  readonly at: number
  /** Positive: forwards. */
  readonly byMs: number
  /** How much of it the machine was suspended. */
  readonly suspendedMs?: number
}

/** A time service that slews a clock stays far below this within a second. */
const stepMs = 250
/** Suspension is read to 10 ms. */
const suspendedMsMin = 50
/** Steps are looked for about once a second: what happened so shortly before one was noticed may be behind it. */
const noticedWithinMs = 1500

/** From a time on, the clock on the wall was so far ahead of the run's. */
interface Setting {
  readonly from: number
  readonly aheadMs: number
}

/**
 * The clock of a run. Its times are milliseconds since the origin, to the tenth, and go on steadily whatever is done to the clock on the
 * wall, of which it keeps track for times that others tell by it.
 */
export class RunClock {
  readonly originWallMs: number
  readonly boot: string | undefined
  readonly #clocks: MachineClocks
  readonly #originNs: bigint
  readonly #settings: Setting[]
  #steps: WallStep[] = []
  #behindBootMs: number | undefined

  constructor(clocks: MachineClocks) {
    this.#clocks = clocks
    this.#originNs = clocks.monotonicNs()
    this.originWallMs = clocks.wallMs()
    this.boot = clocks.boot?.()
    this.#settings = [{ from: Number.NEGATIVE_INFINITY, aheadMs: this.originWallMs }]
    this.#behindBootMs = this.#behindBoot()
  }

  /** For others on the same kernel; undefined where nobody can know that it is the same. */
  get origin(): ClockOrigin | undefined {
    if (this.boot === undefined) return undefined
    return { monotonicNs: String(this.#originNs), wallMs: this.originWallMs, boot: this.boot }
  }

  now(): number {
    return sinceOrigin(this.#clocks.monotonicNs(), this.#originNs)
  }

  /** When something happened that the machine's clock on the wall told the time of. What cannot have been then has just happened. */
  at(wallMs: number): number {
    this.#look()
    const now = this.now()
    // The latest setting that fits: a clock that was put back shows some times twice.
    for (const { from, aheadMs } of this.#settings.toReversed()) {
      const at = wallMs - aheadMs
      if (at > from - noticedWithinMs && at <= now + 1) return Math.min(now, tenths(at))
    }
    return now
  }

  /** What the clock on the wall showed at a time. */
  wallAt(at: number): number {
    return at + this.#settings.findLast(({ from }) => from <= at)!.aheadMs
  }

  /** Steps since the last call. */
  takeSteps(): WallStep[] {
    this.#look()
    const taken = this.#steps
    this.#steps = []
    return taken
  }

  /** Compares with the last setting, so that many small steps become one that counts. */
  #look(): void {
    const at = this.now()
    const aheadMs = this.#clocks.wallMs() - at
    const byMs = aheadMs - this.#settings.at(-1)!.aheadMs
    if (Math.abs(byMs) < stepMs) return
    this.#settings.push({ from: at, aheadMs })
    const before = this.#behindBootMs
    this.#behindBootMs = this.#behindBoot()
    const suspendedMs = Math.round((this.#behindBootMs ?? 0) - (before ?? 0))
    const wasSuspended = before !== undefined && suspendedMs >= suspendedMsMin
    this.#steps.push({ at, byMs: Math.round(byMs), ...(wasSuspended ? { suspendedMs } : {}) })
  }

  /** How long the machine was suspended since its start. */
  #behindBoot(): number | undefined {
    const bootMs = this.#clocks.bootMs?.()
    return bootMs === undefined ? undefined : bootMs - Number(this.#clocks.monotonicNs()) / 1e6
  }
}

/** Milliseconds from one moment of CLOCK_MONOTONIC to another, to the tenth, as histories have times. */
export function sinceOrigin(monotonicNs: bigint, originNs: bigint): number {
  return Number((monotonicNs - originNs) / 100_000n) / 10
}

/** `the clock on the wall was set forwards by 60.0 s`, `the machine was suspended for 3600.0 s` */
export function describeStep({
  byMs,
  suspendedMs,
}: {
  readonly byMs: number
  readonly suspendedMs?: number | undefined
}): string {
  const told = (ms: number) => `${(Math.abs(ms) / 1000).toFixed(1)} s`
  if (suspendedMs !== undefined) return `the machine was suspended for ${told(suspendedMs)}`
  return `the clock on the wall was set ${byMs > 0 ? 'forwards' : 'back'} by ${told(byMs)}`
}

/** As histories have times. */
export function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}
