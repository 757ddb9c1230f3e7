import { either, type Quality } from '../../model/quality.ts'
import type { Pinged, Train } from '../../model/shaper.ts'
import type { LinkState } from '../link-holds.ts'
import type { Pair } from './pairs.ts'

/** What pings between two nodes are to show, both directions together. */
export interface Expectation {
  readonly delayMs: number
  readonly jitterMs: number
  /** The least deviation that some dozen pings show: heavy tails show themselves seldom. */
  readonly deviationLeastMs: number
  /** Share of pings that get no answer: lost, or corrupted, which their checksum shows. */
  readonly loss: number
  /** The part of it that is lost for sure: a bit may flip where no checksum covers it. */
  readonly lossLeast: number
  readonly duplicate: number
  /** Share that is not delayed. */
  readonly reorder: number
  /** Seconds that one bit takes on the narrow links there and back; 0 without. */
  readonly secondsPerBit: number
}

function deviationShown({ jitterMs, distribution }: Quality): number {
  return jitterMs * (distribution.startsWith('pareto') ? 0.1 : 1 / 3)
}

/** The least share of corrupted pings that is seen as lost. */
const caught = 0.6

export function expectationOf({ there, back }: Pair): Expectation {
  const [a, b] = [there.quality, back.quality]
  const { unanswered, extra } = answers(there, back)
  const corrupt = either(a.corrupt, b.corrupt)
  const secondsPerBit = (bits: number | null) => (bits === null ? 0 : 1 / bits)
  return {
    delayMs: a.delayMs + b.delayMs,
    jitterMs: Math.hypot(a.jitterMs, b.jitterMs),
    deviationLeastMs: Math.hypot(...[a, b].map(deviationShown)),
    loss: either(unanswered, corrupt),
    lossLeast: either(unanswered, caught * corrupt),
    duplicate: extra,
    reorder: either(a.reorder, b.reorder),
    secondsPerBit: secondsPerBit(a.bitsPerSecond) + secondsPerBit(b.bitsPerSecond),
  }
}

/**
 * What becomes of a ping whose packets are doubled where they are sent and lost where they arrive: a doubled request is answered twice,
 * and each answer may be doubled and lost again.
 */
function answers(there: LinkState, back: LinkState): { unanswered: number; extra: number } {
  const replyLost = twice(back.duplicate, back.loss)
  const unanswered = twice(there.duplicate, there.loss + (1 - there.loss) * replyLost)
  const copies = (link: LinkState) => (1 + link.duplicate) * (1 - link.loss)
  return { unanswered, extra: unanswered === 1 ? 0 : (copies(there) * copies(back)) / (1 - unanswered) - 1 }
}

/** The chance that none of the one or two packets comes through, each lost with this chance. */
function twice(duplicate: number, lost: number): number {
  return (1 - duplicate) * lost + duplicate * lost ** 2
}

const header = 28
/** Bytes that an HTB class lets pass at once, whatever its rate (tc-htb(8)): the least of what shows a narrow link. */
const burst = 1600
/** Slack for a machine whose cores are all busy: pings of 50 ms were seen to take up to 29 ms more. */
const slackMs = 25
/** Standard deviations by which a share may differ from what was asked: one run in 10,000 is judged wrongly. */
const deviations = 4

/** The pings that show it: enough of them to tell the share, large ones where bandwidth is to be seen. */
export function trainFor({ delayMs, jitterMs, loss, duplicate, reorder, secondsPerBit }: Expectation): Train {
  if (secondsPerBit > 0) {
    // About 50 ms on the link each, as seldom as eight pairs that share it can be served, within what one packet can carry.
    const bytes = Math.min(60_000, Math.max(3 * burst, Math.round(0.05 / secondsPerBit / 8)))
    const eachMs = (bytes + header) * 8 * secondsPerBit * 1000
    const intervalMs = Math.ceil(10 * eachMs + 50)
    const count = eachMs > 100 ? 3 : 5
    return { count, intervalMs, bytes, waitMs: count * intervalMs + 2000 }
  }
  const shares = [loss, duplicate, reorder].filter(share => share > 0)
  const plain = jitterMs > 0 ? 60 : 20
  const count =
    shares.length === 0 ? plain : Math.min(500, Math.max(100, Math.ceil(10 / Math.min(...shares))))
  const intervalMs = shares.length === 0 ? 50 : 10
  const longestMs = delayMs + 4 * jitterMs
  return { count, intervalMs, bytes: 56, waitMs: Math.ceil(longestMs + 1000) }
}

/** What was measured over some pairs of one sort, in the terms of the expectation. */
export interface Measured {
  readonly medianMs: number
  readonly deviationMs: number
  readonly loss: number
  readonly duplicate: number
  readonly reorder: number
  readonly sent: number
  readonly problem: string | undefined
}

export function summarise(expected: Expectation, pinged: readonly Pinged[]): Measured {
  const times = pinged.flatMap(({ roundTripsMs }) => roundTripsMs)
  const sent = sum(pinged.map(each => each.sent))
  const answered = sum(pinged.map(each => each.answered))
  const isFast = (ms: number) => expected.reorder > 0 && ms < expected.delayMs / 2
  const delayed = times.filter(ms => !isFast(ms)).sort((a, b) => a - b)
  const mean = sum(delayed) / delayed.length
  return {
    medianMs: delayed[Math.floor(delayed.length / 2)] ?? Number.NaN,
    deviationMs: Math.sqrt(sum(delayed.map(ms => (ms - mean) ** 2)) / delayed.length),
    loss: sent === 0 ? 1 : 1 - answered / sent,
    duplicate: answered === 0 ? 0 : sum(pinged.map(({ duplicates }) => duplicates)) / answered,
    reorder: times.length === 0 ? 0 : times.filter(isFast).length / times.length,
    sent,
    problem: pinged.find(({ problem }) => problem !== undefined)?.problem,
  }
}

/** @returns what is not as it should be, as one clause; undefined when all is */
export function findFault(expected: Expectation, measured: Measured, { bytes }: Train): string | undefined {
  const { delayMs, jitterMs, deviationLeastMs, loss, lossLeast, duplicate, reorder, secondsPerBit } = expected
  if (measured.sent === 0) return `no ping could be sent: ${measured.problem}`
  if (measured.loss === 1) return loss === 1 ? undefined : 'nothing gets through, which was not meant'
  const isNarrow = secondsPerBit > 0
  const onLinkMs = (bytes + header) * 8 * secondsPerBit * 1000
  const burstMs = burst * 8 * secondsPerBit * 1000
  const leastMs = 0.9 * (delayMs + onLinkMs - burstMs) - 2 * jitterMs - 1
  // Whoever else uses a narrow link makes pings wait, and be dropped: it has no longest time.
  const mostMs = isNarrow ? Number.POSITIVE_INFINITY : 1.1 * delayMs + 2 * jitterMs + slackMs
  const told = `${measured.medianMs.toFixed(1)} ms there and back instead of ${(delayMs + onLinkMs).toFixed(1)}`
  if (measured.medianMs < leastMs || measured.medianMs > mostMs) return told
  if (measured.deviationMs < deviationLeastMs)
    return `a deviation of ${measured.deviationMs.toFixed(1)} ms instead of ${jitterMs.toFixed(1)}`
  const { sent } = measured
  if (!isNarrow && !isNear(measured.loss, lossLeast, loss, sent))
    return shareTold('lost', measured.loss, loss)
  if (duplicate > 0 && !isNearExtra(measured.duplicate, duplicate, sent))
    return shareTold('arrive twice', measured.duplicate, duplicate)
  if (reorder > 0 && !isNear(measured.reorder, reorder, reorder, sent))
    return shareTold('overtake', measured.reorder, reorder)
  return undefined
}

/** What was asked and what was seen, for a person. */
export function describe(expected: Expectation, measured: Measured, { bytes }: Train): string {
  const { delayMs, loss, duplicate, reorder, secondsPerBit } = expected
  const parts: string[] = []
  if (delayMs > 0) parts.push(`${measured.medianMs.toFixed(1)} ms there and back for ${delayMs.toFixed(0)}`)
  if (loss > 0) parts.push(shareTold('lost', measured.loss, loss, 'for'))
  if (duplicate > 0) parts.push(shareTold('twice', measured.duplicate, duplicate, 'for'))
  if (reorder > 0) parts.push(shareTold('overtake', measured.reorder, reorder, 'for'))
  if (secondsPerBit > 0) {
    const kilobits = ((bytes + header) * 8) / measured.medianMs
    parts.push(`${kilobits.toFixed(0)} kbit/s for at most ${(1 / secondsPerBit / 1000).toFixed(0)}`)
  }
  return parts.length > 0 ? parts.join(', ') : `${measured.medianMs.toFixed(1)} ms there and back`
}

function shareTold(what: string, seen: number, asked: number, word = 'instead of'): string {
  return `${percent(seen)} ${what} ${word} ${percent(asked)}`
}

/** The same for extra answers, of which there may be more than pings. */
function isNearExtra(seen: number, extra: number, tries: number): boolean {
  return Math.abs(seen - extra) <= deviations * Math.sqrt((extra * (1 + extra)) / tries) + 0.05
}

/** Whether so many tries can have come out like this; a few per cent go astray on a busy machine where none should. */
function isNear(seen: number, least: number, most: number, tries: number): boolean {
  const slack = (share: number) => deviations * Math.sqrt((share * (1 - share)) / tries)
  const lowest = least - slack(least)
  return seen >= lowest && (lowest <= 0 || seen > 0) && seen <= most + slack(most) + 0.05
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
