import { describe, expect, it } from '@jest/globals'
import { DriverClockWatch } from '../../../harness/run/driver-clock.ts'
import type { HistoryEvent } from '../../../model/event.ts'

/** A driver whose clock is behind the run's by so much, and answers that take so long. */
function clocks({ behindMs = 0, boot = 'here' as string | null, tookMs = [4, 2, 8, 3, 5] } = {}) {
  let nowMs = 10_000
  let asked = 0
  const driver = { behindMs, boot, fails: false }
  const events: HistoryEvent[] = []
  const watch = new DriverClockWatch({
    clock: { now: () => nowMs, boot: 'here' },
    record: event => events.push(event),
    driver: {
      clock: async () => {
        if (driver.fails) throw new Error('it does not answer')
        const took = tookMs[asked++ % tookMs.length]!
        // A slow answer lingers on its way back.
        nowMs += 1
        const at = nowMs - driver.behindMs
        nowMs += took - 1
        return { at, boot: driver.boot }
      },
    },
  })
  return {
    ...{ watch, events, driver },
    passes: (ms: number) => {
      nowMs += ms
    },
  }
}

const lines = (...events: object[]) => Buffer.from(events.map(event => `${JSON.stringify(event)}\n`).join(''))

describe('the driver’s clock', () => {
  it('is shared on the same kernel, and its lines stay as they are', async () => {
    const { watch, events } = clocks()
    await watch.relate()
    await watch.relate()
    expect(events).toEqual([
      { type: 'clock', at: 10_022, who: 'driver', is: 'shared', offsetMs: 0, errorMs: 1.2, when: 'start' },
    ])
    const bytes = lines({ type: 'note', at: 1, level: 'info', message: 'x' })
    expect(watch.retime(bytes)).toBe(bytes)
  })

  it('is another one on another kernel, by the quickest answer, and its lines are brought to the run’s', async () => {
    const { watch, events } = clocks({ behindMs: 7000, boot: 'there' })
    await watch.relate()
    expect(events).toMatchObject([{ is: 'offset', offsetMs: 7000, errorMs: 1.2 }])
    const given = lines(
      { type: 'stage', at: 100.3, stage: 'load', state: 'begin' },
      {
        type: 'submission',
        at: 101,
        node: 0,
        transactions: [0, 1],
        intendedAt: [100.3, 100.4],
        result: 'ok',
      },
    )
    expect(watch.retime(given)).toEqual(
      lines(
        { type: 'stage', at: 7100.3, stage: 'load', state: 'begin' },
        {
          ...{ type: 'submission', at: 7101, node: 0, transactions: [0, 1] },
          ...{ intendedAt: [7100.3, 7100.4], result: 'ok' },
        },
      ),
    )
  })

  it('is another one where it says another time, whatever kernel it names', async () => {
    const { watch, events } = clocks({ behindMs: 50 })
    await watch.relate()
    expect(events).toMatchObject([{ is: 'offset', offsetMs: 50 }])
  })

  it('follows a clock that stood still', async () => {
    const { watch, events, driver, passes } = clocks({ behindMs: 7000, boot: 'there' })
    await watch.relate()
    passes(5000)
    driver.behindMs += 3000
    await watch.measure('meanwhile')
    expect(events.slice(1)).toMatchObject([{ is: 'offset', offsetMs: 10_000, when: 'meanwhile' }])
    expect(watch.retime(lines({ type: 'note', at: 1 })).toString()).toBe('{"type":"note","at":10001}\n')
  })

  it('begins a new epoch when its kernel was started anew', async () => {
    const { watch, events, driver } = clocks({ behindMs: 7000, boot: 'there' })
    await watch.relate()
    driver.boot = 'there, later'
    await watch.measure('step')
    expect(events.map(({ type }) => type)).toEqual(['clock', 'epoch', 'clock'])
    expect(events[1]).toMatchObject({ boot: 'there, later' })
  })

  it('is asked again by whoever needs it when it does not answer', async () => {
    const { watch, events, driver } = clocks()
    driver.fails = true
    await expect(watch.relate()).rejects.toThrow('it does not answer')
    driver.fails = false
    await watch.relate()
    expect(events).toHaveLength(1)
  })
})
