import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { cohorts } from '../../harness/checkers/cohorts.ts'
import { Observer } from '../../harness/checkers/observer.ts'
import { undisturbed } from '../../harness/checkers/undisturbed.ts'
import type { HistoryEvent } from '../../model/event.ts'

const beganAt = 1_000_000
const loadMs = 200_000
/** All times are multiples of it, so that the naive count has few of them to go through. */
const stepMs = 100
const times = (range: { min: number; max: number }) =>
  fc.integer({ min: range.min / stepMs, max: range.max / stepMs }).map(steps => steps * stepMs)

interface Sent {
  readonly dueMs: number
  /** From then to its acceptance; never when it is left out. */
  readonly tookMs: number | undefined
}

const transactions = fc.array(
  fc.record({
    dueMs: times({ min: -30_000, max: loadMs - stepMs }),
    tookMs: fc.option(times({ min: 0, max: 20_000 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 60 },
)
/** Faults one after the other, some of them on top of each other. */
const faultTimes = fc.array(
  fc.record({ atMs: times({ min: 0, max: loadMs }), forMs: times({ min: stepMs, max: 40_000 }) }),
  { maxLength: 4 },
)

type Fault = { readonly atMs: number; readonly forMs: number }

function historyOf(sent: readonly Sent[], faults: readonly Fault[], isWarmedUp: boolean): HistoryEvent[] {
  const stage = (ms: number, stage: 'warmup' | 'load', state: 'begin' | 'end'): HistoryEvent => ({
    ...{ type: 'stage', stage, state },
    at: beganAt + ms,
    ...(stage === 'warmup' && state === 'begin' ? { forMs: 30_000 } : {}),
  })
  const step = (ms: number, id: string, step: 'inject' | 'heal'): HistoryEvent => ({
    ...{ type: 'fault', at: beganAt + ms, id, step },
  })
  const steps = faults.flatMap(({ atMs, forMs }, index) => [
    step(atMs, `kill-${index}`, 'inject'),
    step(atMs + forMs, `kill-${index}`, 'heal'),
  ])
  return [
    {
      type: 'transactions',
      at: beganAt,
      first: 0,
      ids: sent.map((_, index) => `${index}`.padStart(64, '0')),
    },
    ...(isWarmedUp ? [stage(-30_000, 'warmup', 'begin'), stage(0, 'warmup', 'end')] : []),
    stage(0, 'load', 'begin'),
    ...sent.map(
      ({ dueMs }, index): HistoryEvent => ({
        ...{ type: 'submission', at: beganAt, node: 0, result: 'ok' },
        ...{ transactions: [index], intendedAt: [beganAt + dueMs] },
      }),
    ),
    ...sent
      .flatMap(({ dueMs, tookMs }, index) => (tookMs === undefined ? [] : [{ index, at: dueMs + tookMs }]))
      .map(
        ({ index, at }, sequence): HistoryEvent => ({
          ...{ type: 'decisions', at: beganAt + at, node: 0, sequence, transactions: [index] },
        }),
      ),
    ...steps.sort((a, b) => a.at - b.at),
    stage(loadMs, 'load', 'end'),
    { type: 'end', at: beganAt + loadMs + 100_000, reason: 'done' },
  ]
}

/** The same, step by step and window by window. */
function naively(sent: readonly Sent[], faults: readonly Fault[], withinMs: number, isWarmedUp: boolean) {
  const isFree = new Array<boolean>(loadMs / stepMs).fill(true)
  for (const { fromMs, toMs } of disturbed(sent, faults))
    for (let ms = Math.max(0, fromMs - withinMs); ms < Math.min(loadMs, toMs); ms += stepMs)
      isFree[ms / stepMs] = false
  const free = isFree.flatMap((is, step) => (is ? [step] : []))
  const positions = new Map(free.map((step, position) => [step * stepMs, position]))
  const size = 60_000 / stepMs
  const begins =
    free.length <= size
      ? [0]
      : [0, 1, 2, 3]
          .map(window => window * size)
          .filter(begin => begin < free.length - size)
          .concat(free.length - size)
  return begins.map(begin => {
    const cohort = sent.filter(({ dueMs }) => {
      const position = positions.get(dueMs)
      const isMeasured = !isWarmedUp || dueMs >= 0
      return isMeasured && position !== undefined && position >= begin && position < begin + size
    })
    const inTime = cohort.filter(({ tookMs }) => tookMs !== undefined && tookMs <= withinMs)
    return { due: cohort.length, inTime: inTime.length }
  })
}

/** From each request until all that was due before the heal is accepted. */
function disturbed(sent: readonly Sent[], faults: readonly Fault[]) {
  const sorted = faults.toSorted((a, b) => a.atMs - b.atMs)
  const episodes: { fromMs: number; healMs: number }[] = []
  for (const { atMs, forMs } of sorted) {
    const last = episodes.at(-1)
    // A fault that begins when the last one heals is a time of its own.
    if (last && atMs < last.healMs) last.healMs = Math.max(last.healMs, atMs + forMs)
    else episodes.push({ fromMs: atMs, healMs: atMs + forMs })
  }
  return episodes.map(({ fromMs, healMs }) => {
    const before = sent.filter(({ dueMs }) => dueMs <= healMs)
    const levels = before.map(({ dueMs, tookMs }) => dueMs + (tookMs ?? Number.POSITIVE_INFINITY))
    return { fromMs, toMs: Math.max(healMs, ...levels) }
  })
}

describe('cohorts of a load', () => {
  it('are what a naive count of every window makes of them', () => {
    fc.assert(
      fc.property(
        transactions,
        faultTimes,
        times({ min: 0, max: 15_000 }),
        fc.boolean(),
        (sent, faults, withinMs, isWarmedUp) => {
          const observer = new Observer(1)
          for (const event of historyOf(sent, faults, isWarmedUp)) observer.add(event)
          const observations = observer.finish()
          const load = undisturbed(observations, withinMs)!
          const found = cohorts(observations, load, withinMs)
          expect(found.map(({ due, inTime }) => ({ due, inTime }))).toEqual(
            naively(sent, faults, withinMs, isWarmedUp),
          )
          for (const { fromMs, toMs } of found) {
            expect(fromMs).toBeGreaterThanOrEqual(0)
            expect(toMs).toBeLessThanOrEqual(loadMs)
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})
