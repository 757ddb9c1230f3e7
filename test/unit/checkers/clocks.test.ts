import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ClockTrack } from '../../../harness/checkers/clock-track.ts'
import { checkers, judge } from '../../../harness/checkers/index.ts'
import type { BeginEvent, ClockEvent, HistoryEvent } from '../../../model/event.ts'
import { begin, goodHistory, loadBegan, loadEnded, planOf } from './history-fixture.ts'

const load = { from: loadBegan, to: loadEnded }

function measured(at: number, offsetMs: number, is: ClockEvent['is'] = 'offset'): ClockEvent {
  return { type: 'clock', at, who: 'driver', is, offsetMs, errorMs: 1, when: 'meanwhile' }
}

function trackOf(...events: Parameters<ClockTrack['add']>[0][]): ClockTrack {
  const track = new ClockTrack()
  for (const event of events) track.add(event)
  return track
}

describe('clocks of a history', () => {
  it('are beyond doubt where there is one, whatever is done to the clock on the wall', () => {
    const track = trackOf(
      measured(1000, 0, 'shared'),
      { type: 'step', at: 15_000, byMs: -60_000 },
      measured(15_010, 0, 'shared'),
      { type: 'step', at: 25_000, byMs: 60_000 },
    )
    expect(track.doubt(load)).toBeUndefined()
    expect(track.steps.map(({ byMs }) => byMs)).toEqual([-60_000, 60_000])
  })

  it('are beyond doubt in a history that tells of none', () => {
    expect(trackOf().doubt(load)).toBeUndefined()
  })

  it('may drift apart as slowly as time services have them', () => {
    expect(trackOf(measured(1000, 7000), measured(31_000, 7012)).doubt(load)).toBeUndefined()
  })

  it('are in doubt while one stood still or ran ahead, and before and after that are not', () => {
    const track = trackOf(measured(1000, 7000), measured(15_000, 7000), measured(16_000, 7900))
    expect(trackOf(measured(1000, 0), measured(30_000, -800)).doubt(load)).toBe(
      "the driver's clock ran ahead for 0.8 s beside the harness's",
    )
    expect(track.doubt({ from: loadBegan, to: 15_500 })).toBe(
      "the driver's clock stood still for 0.9 s beside the harness's",
    )
    expect(track.doubt({ from: 2000, to: 15_000 })).toBeUndefined()
    expect(track.doubt({ from: 16_000, to: 16_000 })).toBeUndefined()
  })

  it('are in doubt across a start of the driver’s kernel', () => {
    const track = trackOf(
      measured(1000, 7000),
      { type: 'epoch', at: 12_000, boot: 'b' },
      measured(12_000, 90_000),
      measured(30_000, 90_000),
    )
    expect(track.doubt(load)).toBe("the driver's kernel was started anew, and its clock with it")
    expect(track.doubt({ from: 12_000, to: loadEnded })).toBeUndefined()
  })

  it('are in doubt after a step where there are two and the other one was not measured again', () => {
    const step = { type: 'step', at: 15_000, byMs: 60_000 } as const
    expect(trackOf(measured(1000, 7000), step).doubt(load)).toBe(
      "the clock on the wall was set forwards by 60.0 s, and the driver's clock, which is another one, was not measured after that",
    )
    expect(trackOf(measured(1000, 7000), step, measured(30_000, 7000)).doubt(load)).toBeUndefined()
  })

  it('are in doubt where there are two and the last measurement is missing', () => {
    expect(trackOf(measured(1000, 7000)).doubt(load)).toBe(
      "the driver's clock is another one and was not measured at the end",
    )
  })
})

const timed = ['recovery', 'throughput', 'finality-p95', 'finality-p99', 'driver-health']

/** The good history with a fault in it, healed after 2 s. */
function withFault(...more: HistoryEvent[]): HistoryEvent[] {
  const step = (name: 'inject' | 'heal', at: number): HistoryEvent => ({
    ...{ type: 'fault', id: 'kill-1', step: name, at },
  })
  return [...goodHistory(), step('inject', 11_000), step('heal', 12_000), ...more].sort((a, b) => a.at - b.at)
}

describe('checkers', () => {
  it('leave to the clocks what is about durations, and nothing else', async () => {
    const { checks } = await judge(planOf(2), withFault(measured(1000, 0), measured(18_000, 5000)))
    const doubted = checks.filter(({ message }) => message.includes('stood still'))
    expect(doubted.map(({ name }) => name)).toEqual(timed)
    expect(doubted.every(({ verdict, level }) => verdict === 'unknown' && level === undefined)).toBe(true)
    const before = await judge(planOf(2), withFault())
    const others = (all: typeof checks) => all.filter(({ name }) => !timed.includes(name))
    expect(others(checks)).toEqual(others(before.checks))
    expect(checks).toHaveLength(checkers.length)
  })

  it('judge the same with a clock on the wall that jumps, and name it', async () => {
    const step = { type: 'step', at: 11_500, byMs: -60_000 } as const
    const before = await judge(planOf(2), withFault())
    const after = await judge(planOf(2), withFault(measured(1000, 0, 'shared'), step))
    expect(after.checks).toEqual(before.checks)
    const clockSteps = [{ atSeconds: 11.5, byMs: -60_000 }]
    expect(after.metrics).toEqual({ ...before.metrics, clockSteps })
  })

  it('do not depend on what the clock on the wall showed', async () => {
    const at = async (originWallMs: number) => {
      const began: BeginEvent = { ...(begin as BeginEvent), originWallMs }
      return judge(
        planOf(2),
        withFault().map(event => (event.type === 'begin' ? began : event)),
      )
    }
    const expected = await at(1_700_000_000_000)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -(10 ** 12), max: 4 * 10 ** 12 }), async originWallMs => {
        expect(await at(originWallMs)).toEqual(expected)
      }),
      { numRuns: 30 },
    )
  })
})
