import { describe, expect, it } from '@jest/globals'
import {
  type Expectation,
  expectationOf,
  findFault,
  summarise,
  trainFor,
} from '../../../chaos/faults/measure.ts'
import { perfect } from '../../../model/quality.ts'
import { stream } from '../../../model/random.ts'
import type { Pinged } from '../../../model/shaper.ts'

const asked = (change: Partial<Expectation>): Expectation => ({
  delayMs: 0,
  jitterMs: 0,
  deviationLeastMs: (change.jitterMs ?? 0) / 3,
  loss: 0,
  lossLeast: change.loss ?? 0,
  duplicate: 0,
  reorder: 0,
  secondsPerBit: 0,
  ...change,
})

/** What pings would show on a link that really is like this. */
function pinged(real: Expectation, { seed = 'x', trains = 8, expected = real } = {}): Pinged[] {
  const random = stream(seed, 'pings')
  const { count, bytes } = trainFor(expected)
  return Array.from({ length: trains }, () => {
    const times: number[] = []
    let duplicates = 0
    for (let i = 0; i < count; i += 1) {
      if (random.next() < real.loss) continue
      const isFast = random.next() < real.reorder
      // Two uniform draws come near enough to a bell.
      const jitter = (random.next() + random.next() - 1) * 2.45 * real.jitterMs
      times.push(0.1 + (isFast ? 0 : real.delayMs + jitter) + (bytes + 28) * 8 * real.secondsPerBit * 1000)
      if (random.next() < real.duplicate) duplicates += 1
    }
    return { sent: count, answered: times.length, duplicates, roundTripsMs: times }
  })
}

const judge = (expected: Expectation, real: Expectation, seed?: string) =>
  findFault(
    expected,
    summarise(expected, pinged(real, { ...(seed ? { seed } : {}), expected })),
    trainFor(expected),
  )

const cases: [string, Expectation, Expectation][] = [
  ['a delay of half the length', asked({ delayMs: 100 }), asked({ delayMs: 50 })],
  ['no delay at all', asked({ delayMs: 20 }), asked({})],
  ['a delay of twice the length', asked({ delayMs: 100 }), asked({ delayMs: 200 })],
  ['a delay without its jitter', asked({ delayMs: 100, jitterMs: 20 }), asked({ delayMs: 100 })],
  ['no loss at all', asked({ loss: 0.05 }), asked({})],
  ['half of the loss', asked({ loss: 0.2 }), asked({ loss: 0.1 })],
  ['twice the loss', asked({ loss: 0.2 }), asked({ loss: 0.4 })],
  ['loss that was not asked', asked({ delayMs: 50 }), asked({ delayMs: 50, loss: 0.2 })],
  ['no duplicates', asked({ duplicate: 0.1 }), asked({})],
  ['no reordering', asked({ delayMs: 20, reorder: 0.25 }), asked({ delayMs: 20 })],
  ['no limit of bandwidth', asked({ secondsPerBit: 1e-6 }), asked({})],
  ['a limit ten times as wide', asked({ secondsPerBit: 1e-6 }), asked({ secondsPerBit: 1e-7 })],
]

describe('what pings show', () => {
  it.each(cases)('%s is not what was asked', (_, expected, real) => {
    expect(judge(expected, real)).toEqual(expect.any(String))
  })

  it('is taken for what was asked, whatever was drawn', () => {
    const wanted = [
      ...cases.map(([, expected]) => expected),
      asked({ delayMs: 300, jitterMs: 40, loss: 0.01 }),
    ]
    for (const expected of wanted) {
      for (let seed = 0; seed < 40; seed += 1) expect(judge(expected, expected, `${seed}`)).toBeUndefined()
    }
  })

  it('a link that is silent, or from which nothing could be sent, is told as such', () => {
    const silent: Pinged = { sent: 20, answered: 0, duplicates: 0, roundTripsMs: [] }
    const expected = asked({ delayMs: 50 })
    const of = (pings: Pinged) => findFault(expected, summarise(expected, [pings]), trainFor(expected))
    expect(of(silent)).toBe('nothing gets through, which was not meant')
    expect(of({ ...silent, sent: 0, problem: 'no such host' })).toBe('no ping could be sent: no such host')
  })

  it('counts what comes of a ping that is doubled and lost on both ways', () => {
    const state = (duplicate: number, loss: number) => ({
      ...{ isBlocked: false, loss, duplicate },
      quality: perfect,
    })
    const random = stream('x', 'both ways')
    const passes = ({ duplicate, loss }: { duplicate: number; loss: number }) =>
      (random.next() < duplicate ? [1, 2] : [1]).filter(() => random.next() >= loss).length
    for (const [there, back] of [
      [state(0.5, 0), state(0.5, 0)],
      [state(0.5, 0.3), state(0, 0.1)],
      [state(0.2, 0.3), state(0.5, 0)],
    ] as const) {
      const pings = Array.from({ length: 100_000 }, () => {
        const requests = passes(there)
        return Array.from({ length: requests }, () => passes(back)).reduce((sum, each) => sum + each, 0)
      })
      const answered = pings.filter(replies => replies > 0)
      const replies = answered.reduce((sum, each) => sum + each, 0)
      const expected = expectationOf({ link: { from: 0, to: 1 }, there, back })
      expect(expected.loss).toBeCloseTo(1 - answered.length / pings.length, 2)
      expect(expected.duplicate).toBeCloseTo((replies - answered.length) / answered.length, 1)
    }
  })

  it('a narrow link is one also where a burst passes at once', () => {
    const expected = asked({ secondsPerBit: 1 / 200_000 })
    const { count, bytes } = trainFor(expected)
    const takes = (bytes: number) => ((bytes + 28) * 8 * 1000) / 200_000
    const of = (ms: number) => {
      const pings = { sent: count, answered: count, duplicates: 0, roundTripsMs: new Array(count).fill(ms) }
      return findFault(expected, summarise(expected, [pings]), trainFor(expected))
    }
    expect(of(takes(bytes - 1600))).toBeUndefined()
    expect(of(0.2)).toContain('there and back instead of')
  })

  it('follows from both directions of a pair', () => {
    const state = (quality: Partial<typeof perfect>, loss = 0) => ({
      isBlocked: false,
      loss,
      duplicate: 0,
      quality: { ...perfect, ...quality },
    })
    const link = { from: 0, to: 1 }
    const there = state({ delayMs: 30, jitterMs: 3, bitsPerSecond: 1e6 }, 0.5)
    const back = state({ delayMs: 50, jitterMs: 4, corrupt: 0.2 }, 0)
    const { loss, lossLeast, ...rest } = expectationOf({ link, there, back })
    expect(loss).toBeCloseTo(0.6, 9)
    expect(lossLeast).toBeCloseTo(0.56, 9)
    expect(rest).toEqual({
      delayMs: 80,
      jitterMs: 5,
      deviationLeastMs: expect.closeTo(5 / 3, 9),
      duplicate: 0,
      reorder: 0,
      secondsPerBit: 1e-6,
    })
  })
})
