import type { Recovery } from '../../model/verdict.ts'
import { type Checker, type Finding, fail, pass, unknown } from './checker.ts'
import type { Span } from './noise-track.ts'
import type { Observations } from './observations.ts'

/** The customer's limits for coming back after a fault, milliseconds. */
const limitMs = 30_000
const targetMs = 10_000

/** A time that recovery judges. */
export interface Disturbance {
  readonly faults: readonly string[]
  /** The request of the first of its faults. */
  readonly fromAt: number
  /** When the network had caught up after the last of them; Infinity when it never had. */
  readonly toAt: number
}

const known = new WeakMap<Observations, ReturnType<typeof measureEpisodes>>()

/** Goes through the transactions once for all who ask. */
function measured(observations: Observations) {
  const found = known.get(observations) ?? measureEpisodes(observations)
  known.set(observations, found)
  return found
}

/** Every time that recovery judges, in the order of their begins. */
export function disturbances(observations: Observations): Disturbance[] {
  return measured(observations).map(({ faults, beganAt, levelAt }) => ({
    faults,
    fromAt: beganAt,
    toAt: levelAt,
  }))
}

/** A recovery, and how long there was for it before the next fault. */
interface Measured extends Recovery {
  readonly waitedMs: number
  /** From the heal until the network was level, or should have been. */
  readonly span: Span
}

/** Every recovery of the run, in the order of the heals. */
export function recoveries(observations: Observations): Recovery[] {
  return measureAll(observations).map(recoveryOf)
}

function recoveryOf({ waitedMs: _, span: __, ...found }: Measured): Recovery {
  return found
}

function measureAll(observations: Observations): Measured[] {
  const healed = measured(observations).filter(({ healedAt }) => healedAt < Number.POSITIVE_INFINITY)
  return healed.map(({ faults, healedAt, nextAt, firstAt, levelAt }) => {
    const waitedMs = nextAt - healedAt
    // A network that had its time and did not use it is slow, whatever came then.
    const wasInterrupted = levelAt > nextAt && waitedMs <= limitMs
    return {
      faults,
      firstDecisionMs: firstAt === Number.POSITIVE_INFINITY ? null : Math.round(firstAt - healedAt),
      levelMs:
        wasInterrupted || levelAt === Number.POSITIVE_INFINITY
          ? null
          : Math.max(0, Math.round(levelAt - healedAt)),
      wasInterrupted,
      waitedMs,
      span: { from: healedAt, to: Math.min(Math.max(levelAt, healedAt + 1), healedAt + limitMs) },
    }
  })
}

/** Whether the network was level again in time after each fault. */
export const recovery: Checker = {
  name: 'recovery',
  check: (_plan, observations) => {
    const all = measureAll(observations)
    if (all.length === 0) return { ...pass('no fault had to be recovered from'), during: [] }
    const slow = all.filter(
      ({ levelMs, wasInterrupted }) => !wasInterrupted && (levelMs ?? limitMs + 1) > limitMs,
    )
    if (slow.length > 0) return tooSlow(slow)
    const measured = all.flatMap(({ levelMs }) => levelMs ?? [])
    if (measured.length === 0) return unknown(`the next fault always began before the network was level`)
    const limits = `(target ${targetMs / 1000} s, limit ${limitMs / 1000} s)`
    const most = seconds(Math.max(...measured))
    const interrupted = all.filter(({ wasInterrupted }) => wasInterrupted)
    if (interrupted.length === 0) return pass(`level again ${most} s after a heal at most ${limits}`)
    return pass(
      `level again after ${measured.length} of ${all.length} heals, ${most} s after it at most ${limits}; ${unfinished(interrupted)}`,
    )
  },
}

function tooSlow(slow: readonly Measured[]): Finding {
  const { levelMs, faults } = slow[0]!
  const took = levelMs === null ? 'never' : `${seconds(levelMs)} s after the heal`
  const failed = fail(
    `level again ${took} (${faults.join(', ')}); at most ${limitMs / 1000} s are allowed`,
    slow.map(recoveryOf),
  )
  return { ...failed, during: slow.map(({ span }) => span) }
}

/** Of these there is no time to tell, so that the longest of the others bounds nothing. */
function unfinished(interrupted: readonly Measured[]): string {
  const { faults, waitedMs } = interrupted[0]!
  const ids = faults.join(', ')
  const which = interrupted.length === 1 ? ids : `${interrupted.length}, such as ${ids},`
  return `after ${which} the network was not level before the next fault began ${seconds(waitedMs)} s later, so how long it takes is not known`
}

function measureEpisodes(observations: Observations) {
  const never = { firstAt: Number.POSITIVE_INFINITY, levelAt: Number.POSITIVE_INFINITY }
  return episodes(observations).map(episode => ({
    ...episode,
    ...(episode.healedAt === Number.POSITIVE_INFINITY ? never : measure(observations, episode.healedAt)),
  }))
}

/**
 * Times in which some fault was in force, each until the last of its faults began to heal: Infinity where the history breaks off before that.
 */
function episodes({ faults }: Observations) {
  const found: { faults: string[]; beganAt: number; healedAt: number; nextAt: number }[] = []
  const active = new Set<string>()
  let begun = { faults: [] as string[], beganAt: 0 }
  const end = (healedAt: number) => found.push({ ...begun, healedAt, nextAt: Number.POSITIVE_INFINITY })
  for (const { step, id, at } of faults) {
    if (step === 'inject') {
      const last = found.at(-1)
      if (active.size === 0 && last) last.nextAt = at
      if (active.size === 0) begun = { faults: [], beganAt: at }
      active.add(id)
      begun.faults.push(id)
    }
    if (step === 'heal' && active.delete(id) && active.size === 0) end(at)
  }
  if (active.size > 0) end(Number.POSITIVE_INFINITY)
  return found
}

function measure({ transactions, nodes }: Observations, healedAt: number) {
  const running = nodes.filter(({ isDown }) => !isDown).length
  let firstAt = Number.POSITIVE_INFINITY
  let levelAt = healedAt
  for (let index = 0; index < transactions.count; index += 1) {
    if (transactions.offers(index) === 0 || transactions.rival(index) !== -1) continue
    const acceptedAt = transactions.firstAcceptedAt(index)
    if (acceptedAt >= healedAt) firstAt = Math.min(firstAt, acceptedAt)
    if (transactions.intendedAt(index) > healedAt) continue
    const isEverywhere = transactions.acceptedCount(index) >= running
    levelAt = Math.max(levelAt, isEverywhere ? transactions.lastAcceptedAt(index) : Number.POSITIVE_INFINITY)
  }
  return { firstAt, levelAt }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}
