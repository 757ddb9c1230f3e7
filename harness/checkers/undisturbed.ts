import type { Observations } from './observations.ts'
import { disturbances } from './recovery.ts'

/** A part of the measured load, milliseconds since it began. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** A part that recovery judges, and the faults that are the reason. */
interface ExcludedSpan extends Span {
  readonly faults: readonly string[]
}

/** The measured load without what recovery judges, put together as if nothing had been in between. */
export interface Undisturbed {
  readonly lengthMs: number
  readonly excluded: readonly ExcludedSpan[]
  /** How much undisturbed load came before a time of the history; undefined in what is excluded, and outside of the load. */
  position(at: number): number | undefined
  /** The moment of such a position, milliseconds since the load began. */
  moment(position: number): number
}

/**
 * Takes out of the load every fault, from its request until the network had caught up, and what was due so shortly before it that it could
 * not be in time any more.
 * @param withinMs how long what is due may take
 * @returns undefined when the history does not say when the load began and ended
 */
export function undisturbed(observations: Observations, withinMs: number): Undisturbed | undefined {
  const { load } = observations
  if (!load) return undefined
  const { beganAt, endedAt } = load
  const loadMs = endedAt - beganAt
  const excluded = merge(
    disturbances(observations).flatMap(({ faults, fromAt, toAt }) => {
      const fromMs = Math.max(0, fromAt - withinMs - beganAt)
      const toMs = Math.min(loadMs, toAt - beganAt)
      return fromMs < toMs ? [{ fromMs, toMs, faults }] : []
    }),
  )
  const kept = complement(excluded, loadMs)
  return {
    lengthMs: kept.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
    excluded,
    position: at => {
      const ms = at - beganAt
      const span = kept[lastIndex(kept, ({ fromMs }) => fromMs <= ms)]
      return span && ms < span.toMs ? span.before + ms - span.fromMs : undefined
    },
    moment: position => {
      const span = kept[lastIndex(kept, ({ before }) => before <= position)]
      return span ? Math.min(span.toMs, span.fromMs + position - span.before) : 0
    },
  }
}

/** Spans that overlap become one; they come in the order of their begins. */
function merge(spans: readonly ExcludedSpan[]): ExcludedSpan[] {
  const merged: ExcludedSpan[] = []
  for (const span of spans) {
    const last = merged.at(-1)
    if (last === undefined || span.fromMs > last.toMs) merged.push(span)
    else
      merged[merged.length - 1] = {
        fromMs: last.fromMs,
        toMs: Math.max(last.toMs, span.toMs),
        faults: [...last.faults, ...span.faults],
      }
  }
  return merged
}

interface KeptSpan extends Span {
  /** Undisturbed load before this span. */
  readonly before: number
}

function complement(excluded: readonly Span[], loadMs: number): KeptSpan[] {
  const kept: KeptSpan[] = []
  let fromMs = 0
  let before = 0
  for (const next of [...excluded, { fromMs: loadMs, toMs: loadMs }]) {
    if (next.fromMs > fromMs) {
      kept.push({ fromMs, toMs: next.fromMs, before })
      before += next.fromMs - fromMs
    }
    fromMs = next.toMs
  }
  return kept
}

/** Of those that come first in order and hold; -1 when none does. */
function lastIndex<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(items[middle]!)) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** `; 9.0 to 27.4 s (kill-1) are judged by recovery`, nothing where nothing is excluded. */
export function describeExcluded({ excluded }: Pick<Undisturbed, 'excluded'>): string {
  if (excluded.length === 0) return ''
  const seconds = (ms: number) => (ms / 1000).toFixed(1)
  const named = excluded
    .slice(0, namedMax)
    .map(({ fromMs, toMs, faults }) => `${seconds(fromMs)} to ${seconds(toMs)} s (${faultNames(faults)})`)
  const more = excluded.length > namedMax ? ` and ${excluded.length - namedMax} more times` : ''
  return `; left out and judged by recovery: ${named.join(', ')}${more}`
}

/** Spans, and faults of a span, that a message names; the evidence has all spans. */
const namedMax = 3

function faultNames(faults: readonly string[]): string {
  const more = faults.length - namedMax
  return `${faults.slice(0, namedMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
