import { describe, expect, it } from '@jest/globals'
import type { FaultActions, HoldChange } from '../../../chaos/fault-actions.ts'
import { ProcessHolds } from '../../../chaos/faults/process-holds.ts'
import { playFaults, prepareFaults } from '../../../chaos/nemesis.ts'
import type { FaultEvent } from '../../../model/event.ts'
import { faultSchema, type Occurrence } from '../../../model/fault.ts'
import { pause, type Time } from '../../../model/ports/time.ts'

const occurrence = (id: string, atMs: number, forMs: number): Occurrence => {
  const fault = faultSchema.parse({ kind: 'kill', for: `${forMs}ms` })
  return { id, fault, atMs, forMs, targets: [0] }
}

/** A clock that jumps to the next sleeper when everybody sleeps. */
class Sleepers implements Time {
  nowMs = 0
  readonly #waiting = new Set<{ due: number; wake: () => void }>()

  now(): number {
    return this.nowMs
  }

  after(ms: number, wake: () => void): () => void {
    const sleeper = { due: this.nowMs + Math.max(0, ms), wake }
    this.#waiting.add(sleeper)
    return () => this.#waiting.delete(sleeper)
  }

  readonly pause = (ms: number, signal: AbortSignal) => pause(this, ms, signal)

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

const optionsOf = (occurrences: readonly Occurrence[], actions: FaultActions, clock: Sleepers) => ({
  occurrences,
  actions,
  record: () => {},
  time: clock,
})

function play(
  occurrences: readonly Occurrence[],
  actions: FaultActions = works,
  clock: Sleepers = new Sleepers(),
  beginsAt?: number,
) {
  const stop = new AbortController()
  const events: FaultEvent[] = []
  const options = optionsOf(occurrences, actions, clock)
  const done = playFaults({
    ...options,
    ...(beginsAt === undefined ? {} : { beginsAt }),
    record: event => events.push(event),
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
      [1000, 'kill-1', 'effect', undefined],
      [1000, 'kill-1', 'injected', true],
      [2000, 'kill-2', 'inject', undefined],
      [2000, 'kill-2', 'effect', undefined],
      [2000, 'kill-2', 'injected', true],
      [3000, 'kill-2', 'heal', undefined],
      [3000, 'kill-2', 'ended', undefined],
      [3000, 'kill-2', 'healed', true],
      [6000, 'kill-1', 'heal', undefined],
      [6000, 'kill-1', 'ended', undefined],
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
        [5000, 'effect'],
        [5000, 'injected'],
      ],
      ...[
        [5500, 'heal'],
        [5500, 'ended'],
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
      [1400, 'effect', undefined],
      [1400, 'injected', 'injected'],
      [6400, 'heal', '3.0 s later: what it changes was being measured'],
      [6400, 'ended', undefined],
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
    expect(told().slice(3)).toEqual([
      [2000, 'kill-1', 'heal', undefined],
      [2000, 'kill-1', 'ended', undefined],
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
      [0, 'kill-1', 'effect', undefined],
      [0, 'kill-1', 'injected', true],
      [3000, 'kill-1', 'seen', false],
      [3000, 'kill-1', 'heal', undefined],
      [3000, 'kill-1', 'ended', undefined],
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
    expect(events.at(-1)).toMatchObject({ step: 'healed', attested: false })
  })
})

describe('the time of a fault', () => {
  it('counts from its effect, however long that takes', async () => {
    const stop = new AbortController().signal
    const sleepers = new Sleepers()
    const slow: FaultActions = { ...works, inject: () => sleepers.pause(10_000, stop) }
    const { done, told } = play([occurrence('stop-1', 3000, 5000)], slow, sleepers)
    await sleepers.until(60_000)
    await done
    expect(told().map(([at, , step]) => [at, step])).toEqual([
      [3000, 'inject'],
      [13_000, 'effect'],
      [13_000, 'injected'],
      [18_000, 'heal'],
      [18_000, 'ended'],
      [18_000, 'healed'],
    ])
  })

  it('of a rolling restart begins a gap after the one before is up, not when that was planned to be', async () => {
    const stop = new AbortController().signal
    const sleepers = new Sleepers()
    const slow: FaultActions = { ...works, inject: () => sleepers.pause(10_000, stop) }
    const second = { ...occurrence('b', 6000, 1000), after: { id: 'a', gapMs: 5000 } }
    const { done, told } = play([occurrence('a', 0, 1000), second], slow, sleepers)
    await sleepers.until(60_000)
    await done
    const at = (id: string, step: string) => told().find(event => event[1] === id && event[2] === step)?.[0]
    expect([at('a', 'ended'), at('b', 'inject')]).toEqual([11_000, 16_000])
  })
})

describe('what a fault changes', () => {
  it('is measured before it does: of early ones before the schedule begins, of others shortly before', async () => {
    const sleepers = new Sleepers()
    const order: string[] = []
    const actions: FaultActions = {
      ...works,
      prepare: async ({ id }) => void order.push(`prepare ${id} at ${sleepers.nowMs}`),
      inject: async ({ id }) => void order.push(`inject ${id} at ${sleepers.nowMs}`),
    }
    const occurrences = [occurrence('a', 1000, 500), occurrence('b', 20_000, 500)]
    const options = { ...optionsOf(occurrences, actions, sleepers), signal: new AbortController().signal }
    await prepareFaults(options)
    const done = playFaults(options)
    await sleepers.until(30_000)
    await done
    expect(order).toEqual(['prepare a at 0', 'inject a at 1000', 'prepare b at 16000', 'inject b at 20000'])
  })
})

describe('a fault in force', () => {
  /** Notes these changes while the fault is held, each so long after its effect. */
  const interrupted = (sleepers: Sleepers, changes: readonly [afterMs: number, change: HoldChange][]) =>
    ({
      ...works,
      hold: async (_, { note, signal }) => {
        const beganAt = sleepers.nowMs
        for (const [afterMs, change] of changes) {
          await sleepers.pause(beganAt + afterMs - sleepers.nowMs, signal)
          note(change)
        }
      },
    }) satisfies FaultActions

  it('that stops holding is recorded with its time, and when it holds again, and heals when it is due', async () => {
    const sleepers = new Sleepers()
    const actions = interrupted(sleepers, [
      [4000, { holds: false, evidence: 'web was started by somebody else' }],
      [6000, { holds: true, evidence: 'web ended with code 0', at: 5900 }],
    ])
    const { done, events } = play([occurrence('kill-1', 0, 20_000)], actions, sleepers)
    await sleepers.until(60_000)
    await done
    const interruptions = events.filter(({ step }) => step === 'interrupted' || step === 'resumed')
    expect(interruptions).toEqual([
      {
        ...{ type: 'fault', at: 4000, id: 'kill-1', step: 'interrupted', attested: false },
        evidence: 'web was started by somebody else',
      },
      { type: 'fault', at: 5900, id: 'kill-1', step: 'resumed', evidence: 'web ended with code 0' },
    ])
    expect(events.find(({ step }) => step === 'heal')?.at).toBe(20_000)
  })

  it('is looked at once more just before it heals', async () => {
    const sleepers = new Sleepers()
    const actions: FaultActions = {
      ...works,
      hold: async (_, { note, signal }) => {
        await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
        note({ holds: false, evidence: 'node-0 is running, not down' })
      },
    }
    const { done, told } = play([occurrence('kill-1', 0, 3000)], actions, sleepers)
    await sleepers.until(60_000)
    await done
    expect(told().map(([at, , step]) => [at, step])).toEqual([
      [0, 'inject'],
      [0, 'effect'],
      [0, 'injected'],
      [3000, 'interrupted'],
      [3000, 'heal'],
      [3000, 'ended'],
      [3000, 'healed'],
    ])
  })

  it('that cannot be watched is interrupted, for nobody knows', async () => {
    const sleepers = new Sleepers()
    const actions: FaultActions = {
      ...works,
      hold: async () => {
        throw new Error('the shaper does not answer')
      },
    }
    const { done, events } = play([occurrence('loss-1', 0, 3000)], actions, sleepers)
    await sleepers.until(60_000)
    await done
    expect(events.find(({ step }) => step === 'interrupted')?.evidence).toBe(
      'it could not be watched: the shaper does not answer',
    )
  })

  it('is healed at once by an interruption of the run, whatever a last look would take', async () => {
    const sleepers = new Sleepers()
    const actions: FaultActions = { ...works, hold: () => new Promise(() => {}) }
    const { stop, done, told } = play([occurrence('loss-1', 0, 60_000)], actions, sleepers)
    await sleepers.until(1000)
    stop.abort()
    await done
    expect(told().at(-1)).toEqual([1000, 'loss-1', 'healed', true])
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
