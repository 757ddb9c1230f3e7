import { describe, expect, it } from '@jest/globals'
import { ProcessHolds } from '../../../chaos/faults/process-holds.ts'
import { type FaultActions, playFaults } from '../../../chaos/nemesis.ts'
import type { FaultEvent } from '../../../model/event.ts'
import { faultSchema, type Occurrence } from '../../../model/fault.ts'

const occurrence = (id: string, atMs: number, forMs: number): Occurrence => {
  const fault = faultSchema.parse({ kind: 'kill', for: `${forMs}ms` })
  return { id, fault, atMs, forMs, targets: [0] }
}

/** A clock that jumps to the next sleeper when everybody sleeps. */
class Sleepers {
  nowMs = 0
  readonly #waiting = new Set<{ due: number; wake: () => void }>()

  readonly pause = (ms: number, signal: AbortSignal) =>
    new Promise<void>(resolve => {
      const sleeper = { due: this.nowMs + Math.max(0, ms), wake: resolve }
      this.#waiting.add(sleeper)
      if (signal.aborted) this.#wake(sleeper)
      signal.addEventListener('abort', () => this.#wake(sleeper))
    })

  async until(ms: number): Promise<void> {
    for (;;) {
      await new Promise(resolve => setImmediate(resolve))
      const [next] = [...this.#waiting].sort((a, b) => a.due - b.due)
      if (!next || next.due > ms) break
      this.nowMs = next.due
      this.#wake(next)
    }
    this.nowMs = ms
  }

  #wake(sleeper: { due: number; wake: () => void }): void {
    this.#waiting.delete(sleeper)
    sleeper.wake()
  }
}

const works: FaultActions = {
  inject: async () => {},
  heal: async () => {},
  attest: async (_, meant) => ({ holds: true, evidence: meant }),
}

function play(
  occurrences: readonly Occurrence[],
  actions: FaultActions = works,
  clock: Sleepers = new Sleepers(),
  beginsAt?: number,
) {
  const stop = new AbortController()
  const events: FaultEvent[] = []
  const done = playFaults({
    occurrences,
    ...(beginsAt === undefined ? {} : { beginsAt }),
    actions,
    record: event => events.push(event),
    now: () => clock.nowMs,
    pause: clock.pause,
    signal: stop.signal,
  })
  const told = () => events.map(({ at, id, step, attested }) => [at, id, step, attested])
  return { clock, stop, done, told, events }
}

describe('nemesis', () => {
  it('plays overlapping faults at their times, each measured after injection and after healing', async () => {
    const { clock, done, told } = play([occurrence('kill-1', 1000, 5000), occurrence('kill-2', 2000, 1000)])
    await clock.until(10_000)
    await done
    expect(told()).toEqual([
      [1000, 'kill-1', 'inject', undefined],
      [1000, 'kill-1', 'injected', true],
      [2000, 'kill-2', 'inject', undefined],
      [2000, 'kill-2', 'injected', true],
      [3000, 'kill-2', 'heal', undefined],
      [3000, 'kill-2', 'healed', true],
      [6000, 'kill-1', 'heal', undefined],
      [6000, 'kill-1', 'healed', true],
    ])
  })

  it('counts times from the moment it is given, such as the end of a warm-up', async () => {
    const { clock, done, told } = play([occurrence('kill-1', 1000, 500)], works, new Sleepers(), 4000)
    await clock.until(10_000)
    await done
    expect(told().map(([at, , step]) => [at, step])).toEqual([
      ...[
        [5000, 'inject'],
        [5000, 'injected'],
      ],
      ...[
        [5500, 'heal'],
        [5500, 'healed'],
      ],
    ])
  })

  it('counts a change from when it had its turn, and says how long it waited; a fault lasts as long as asked from then on', async () => {
    const stop = new AbortController().signal
    const sleepers = new Sleepers()
    const busyMs = { inject: 400, heal: 3000 }
    const actions: FaultActions = {
      ...works,
      turn: (_, step) => sleepers.pause(busyMs[step], stop),
    }
    const { done, events } = play([occurrence('loss-1', 1000, 2000)], actions, sleepers)
    await sleepers.until(10_000)
    await done
    expect(events.map(({ at, step, evidence }) => [at, step, evidence])).toEqual([
      [1400, 'inject', '0.4 s later: what it changes was being measured'],
      [1400, 'injected', 'injected'],
      [6400, 'heal', '3.0 s later: what it changes was being measured'],
      [6400, 'healed', 'healed'],
    ])
  })

  it('heals at once when it is stopped, and begins nothing more', async () => {
    const { clock, stop, done, told } = play([
      occurrence('kill-1', 1000, 5000),
      occurrence('kill-2', 3000, 1000),
    ])
    await clock.until(2000)
    stop.abort()
    await done
    expect(told().slice(2)).toEqual([
      [2000, 'kill-1', 'heal', undefined],
      [2000, 'kill-1', 'healed', true],
    ])
  })

  it('asks what others saw of a fault just before it heals, where that takes its time', async () => {
    const look = async () => ({ holds: false, evidence: 'nobody saw it' })
    const { clock, done, told } = play([occurrence('kill-1', 0, 3000)], { ...works, look })
    await clock.until(5000)
    await done
    expect(told()).toEqual([
      [0, 'kill-1', 'inject', undefined],
      [0, 'kill-1', 'injected', true],
      [3000, 'kill-1', 'seen', false],
      [3000, 'kill-1', 'heal', undefined],
      [3000, 'kill-1', 'healed', true],
    ])
  })

  it('records what could not be done as not attested, and heals all the same', async () => {
    const healed: string[] = []
    const { clock, done, events } = play([occurrence('kill-1', 0, 1000)], {
      inject: async () => {
        throw new Error('the engine says no')
      },
      heal: async ({ id }) => void healed.push(id),
      attest: async () => ({ holds: false, evidence: 'node-0 is running, not down' }),
    })
    await clock.until(5000)
    await done
    expect(healed).toEqual(['kill-1'])
    expect(events[1]).toMatchObject({ step: 'injected', attested: false, evidence: 'the engine says no' })
    expect(events[3]).toMatchObject({ step: 'healed', attested: false })
  })
})

describe('holds of several faults on one node', () => {
  it('let it run when the last has let go; dead wins over frozen', () => {
    const holds = new ProcessHolds()
    holds.add('pause-1', 'pause', [1, 2])
    holds.add('kill-1', 'kill', [2])
    holds.add('stop-1', 'stop', [2])
    expect([0, 1, 2].map(node => holds.stateOf(node))).toEqual(['running', 'paused', 'down'])
    holds.remove('kill-1')
    expect(holds.stateOf(2)).toBe('down')
    holds.remove('stop-1')
    expect(holds.stateOf(2)).toBe('paused')
    holds.remove('pause-1')
    expect(holds.stateOf(2)).toBe('running')
  })
})
