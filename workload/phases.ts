import type { DriverConfig, DriverPhase } from '../model/driver-config.ts'
import type { EndEvent, HistoryEvent, Stage } from '../model/event.ts'
import { pause, type Time, until } from '../model/ports/time.ts'
import { type Lag, reportHealth } from './health.ts'
import type { Ledger } from './ledger.ts'
import type { NodeLinks } from './node-links.ts'
import type { Preparation } from './prepare.ts'
import type { Readiness } from './readiness.ts'
import type { Sender } from './sender.ts'

/** The parts of a driver that its phases play on. */
export interface DriverParts {
  readonly time: Time
  readonly workload: DriverConfig['workload']
  /** Whether the history has no room for more of the load. */
  readonly isFull: () => boolean
  readonly watchLag: () => Lag
  readonly record: (event: HistoryEvent) => void
  readonly ledger: Ledger
  readonly links: NodeLinks
  readonly preparation: Preparation
  readonly readiness: Readiness
  readonly sender: Sender
  /** Resolves when POST /load was taken. */
  readonly loadAsked: Promise<void>
  /** Resolves when no fault is in force any more: what is due waits for nodes that are to come back. */
  readonly healed: Promise<void>
  /** Aborts when the load is to end early; what was sent is still settled and collected. */
  readonly stopAsked: AbortSignal
  /** Aborts when everything is to end at once. */
  readonly abandoned: AbortSignal
  readonly collect: () => Promise<void>
  readonly onPhase: (phase: DriverPhase) => void
  /** Told before anything is sent when the measured load is to begin. */
  readonly onLoad: (beginsAt: number) => void
}

/** Between POST /load and the first intended time: lets the answer out first. */
const leadInMs = 100
const pollMs = 50
/** Part of the time to settle in which what nodes had no room for is still offered. The rest is for deciding what was admitted last. */
const offeringShare = 2 / 3
/** Requests that are given up end within the same turn of the event loop, or nearly. */
const drainMs = 2_000

/**
 * Plays all phases in order.
 * @returns the last line of the driver's history, not yet recorded
 */
export async function runPhases(parts: DriverParts): Promise<EndEvent> {
  const { time } = parts
  try {
    await waitForNodes(parts)
    const shortfall = (await isLoadAsked(parts)) ? await load(parts) : 'stopped before the load'
    await stage('settle', parts, () => settle(parts))
    await stage('collect', parts, () => collectState(parts))
    if (shortfall === undefined) return end(time.now(), 'done')
    return end(time.now(), parts.isFull() ? 'failed' : 'interrupted', shortfall)
  } catch (error) {
    if (parts.abandoned.aborted) return end(time.now(), 'interrupted', 'abandoned by request')
    throw error
  } finally {
    parts.sender.stopAll()
    await drained(parts)
  }
}

/**
 * Requests that were just given up still tell so in the history; without their lines, what they submitted would look
 * as if it came from nowhere.
 */
async function drained({ time, links }: DriverParts): Promise<void> {
  const { signal } = new AbortController()
  await until(time, () => links.requestsInFlight === 0, { withinMs: drainMs, everyMs: 5, signal })
}

/** Until every node takes part and the load is signed as far ahead as may be. */
async function waitForNodes({
  time,
  preparation,
  readiness,
  stopAsked,
  abandoned,
  onPhase,
}: DriverParts): Promise<void> {
  onPhase('waiting')
  const signal = AbortSignal.any([stopAsked, abandoned])
  void preparation.run(abandoned)
  await readiness.run(signal)
  while (!preparation.isAhead && !signal.aborted) await pause(time, pollMs)
  if (!signal.aborted) onPhase('ready')
}

/** False when the load is to be left out; throws when everything is abandoned. */
async function isLoadAsked({ sender, loadAsked, stopAsked, abandoned }: DriverParts): Promise<boolean> {
  const isAsked = await Promise.race([loadAsked.then(() => true), aborts(stopAsked), aborts(abandoned)])
  abandoned.throwIfAborted()
  if (!isAsked) sender.stopLoad()
  return isAsked
}

/**
 * Warm-up and load: one stream of transactions, of which the second part is measured.
 * @returns why the load ended early, when it did
 */
async function load(parts: DriverParts): Promise<string | undefined> {
  const { time, sender, record, ledger, workload } = parts
  const warmsAt = time.now() + leadInMs
  const beginsAt = warmsAt + workload.warmupMs
  parts.onLoad(beginsAt)
  sender.begin(beginsAt)
  using _health = reportHealth({
    counts: at => ({ intended: sender.dueBy(at).measured, sent: ledger.counts.measured }),
    ...{ time, record, lag: parts.watchLag() },
  })
  const stages = [
    ...(workload.warmupMs > 0
      ? [{ stage: 'warmup', beginsAt: warmsAt, endsAt: beginsAt, forMs: workload.warmupMs } as const]
      : []),
    { stage: 'load', beginsAt, endsAt: beginsAt + workload.durationMs } as const,
  ]
  for (const planned of stages) {
    const shortfall = await loadUntil(parts, planned)
    if (shortfall !== undefined) return shortfall
  }
  return undefined
}

/**
 * The stage lines carry the planned moments, not those of the timers: the window that throughput is counted in.
 * @returns why it ended early, when it did
 */
async function loadUntil(
  { time, sender, isFull, record, stopAsked, abandoned, onPhase }: DriverParts,
  planned: {
    readonly stage: 'warmup' | 'load'
    readonly beginsAt: number
    readonly endsAt: number
    readonly forMs?: number
  },
): Promise<string | undefined> {
  const { stage, beginsAt, endsAt, forMs } = planned
  onPhase(stage)
  record({ type: 'stage', at: beginsAt, stage, state: 'begin', ...(forMs === undefined ? {} : { forMs }) })
  const isOver = () => stopAsked.aborted || isFull() || time.now() >= endsAt
  await until(time, isOver, { withinMs: Number.POSITIVE_INFINITY, everyMs: pollMs, signal: abandoned })
  const endedAt = Math.min(time.now(), endsAt)
  record({ type: 'stage', at: endedAt, stage, state: 'end' })
  if (endedAt === endsAt) return undefined
  sender.stopLoad()
  const name = stage === 'warmup' ? 'warm-up' : 'load'
  return `the ${name} was ${isFull() ? 'cut short by the size of the history' : 'stopped'} after ${Math.round((endedAt - beginsAt) / 1000)} s`
}

/** Until every unconflicted transaction that was taken is decided wherever there is a node to decide it. */
async function settle(parts: DriverParts): Promise<void> {
  const { time, sender, ledger, links, workload, abandoned, onPhase } = parts
  abandoned.throwIfAborted()
  onPhase('settle')
  await Promise.race([parts.healed, aborts(parts.stopAsked), aborts(abandoned)])
  abandoned.throwIfAborted()
  const isNodeSettled = (node: number) =>
    ledger.byzantine.has(node) ||
    links.isGone(node) ||
    (links.isAnswering(node) && ledger.missingAt(node) === undefined)
  const isSettled = () => {
    if (sender.isBusy) return false
    for (let node = 0; node < ledger.nodeCount; node++) if (!isNodeSettled(node)) return false
    return true
  }
  const offeringMs = workload.settleDeadlineMs * offeringShare
  if (!(await until(time, isSettled, { withinMs: offeringMs, everyMs: pollMs, signal: abandoned }))) {
    sender.stopOffering()
    const withinMs = workload.settleDeadlineMs - offeringMs
    await until(time, isSettled, { withinMs, everyMs: pollMs, signal: abandoned })
  }
  const isUncontested = () => ledger.contestedOpen === 0
  await until(time, isUncontested, {
    withinMs: workload.contestedDeadlineMs,
    everyMs: pollMs,
    signal: abandoned,
  })
  sender.stopAll()
}

async function collectState({ collect, abandoned, onPhase }: DriverParts): Promise<void> {
  abandoned.throwIfAborted()
  onPhase('collect')
  await collect()
}

async function stage(
  name: Stage,
  { time, record }: Pick<DriverParts, 'time' | 'record'>,
  run: () => Promise<void>,
): Promise<void> {
  record({ type: 'stage', at: time.now(), stage: name, state: 'begin' })
  await run()
  record({ type: 'stage', at: time.now(), stage: name, state: 'end' })
}

function end(at: number, reason: EndEvent['reason'], message?: string): EndEvent {
  return { type: 'end', at, reason, ...(message === undefined ? {} : { message }) }
}

/** Resolves to false when the signal aborts. */
function aborts(signal: AbortSignal): Promise<false> {
  return new Promise(resolve => {
    if (signal.aborted) resolve(false)
    else signal.addEventListener('abort', () => resolve(false), { once: true })
  })
}
