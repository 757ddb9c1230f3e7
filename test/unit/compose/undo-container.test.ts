import { Readable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import type Docker from 'dockerode'
import { signalNumber } from '../../../compose/containers/asked-to-end.ts'
import { healContainers } from '../../../compose/containers/heal.ts'
import { isStarved, isStillEnded, isStillPaused } from '../../../compose/containers/undo-container.ts'
import type { Engine } from '../../../compose/engine/engine.ts'
import { UndoBook, type UndoEntry } from '../../../model/undo.ts'

const at = { name: 'web', container: 'w' }
const state = (given: object) =>
  ({
    Running: false,
    Paused: false,
    StartedAt: '1',
    OOMKilled: false,
    ExitCode: 0,
    ...given,
  }) as Docker.ContainerInspectInfo['State']

describe('undo of a container', () => {
  it.each([
    ['is down since', state({}), true],
    ['somebody started it', state({ Running: true, StartedAt: '2' }), false],
    ['somebody started it, and it ended by itself', state({ StartedAt: '2' }), false],
  ])('starts what a fault ended and nothing else: %s', (_, now, isOurs) => {
    expect(isStillEnded(now, { ...at, kind: 'ended', startedAt: '1' })).toBe(isOurs)
  })

  it.each([
    ['is frozen since', state({ Running: true, Paused: true }), true],
    ['somebody thawed it', state({ Running: true }), false],
    ['somebody froze another life of it', state({ Running: true, Paused: true, StartedAt: '2' }), false],
  ])('thaws what a fault froze and nothing else: %s', (_, now, isOurs) => {
    expect(isStillPaused(now, { ...at, kind: 'paused', startedAt: '1' })).toBe(isOurs)
  })

  it.each([
    ['the kernel killed it', state({ OOMKilled: true, ExitCode: 137 }), true],
    ['the engine missed why it was killed', state({ ExitCode: 137 }), true],
    ['it ended by itself', state({}), false],
    ['a child of it was killed, and it ended by itself', state({ OOMKilled: true }), false],
    ['it runs', state({ Running: true, OOMKilled: true }), false],
  ])('starts what died for want of memory and nothing else: %s', (_, now, isOurs) => {
    expect(isStarved(now)).toBe(isOurs)
  })
})

/** An engine with one container, which remembers the signals that were sent to it. */
function engineWith(container: { running: boolean; stopSignal?: string }, signals: string[]) {
  const now = { ...container, startedAt: '2026-01-01T00:00:00Z' }
  const docker = {
    info: async () => ({ SystemTime: '2026-01-01T00:00:09Z' }),
    getEvents: async () => {
      const told = signals.splice(0).map(signal => ({
        ...{ Action: 'kill', timeNano: 1e18 },
        Actor: { ID: 'w', Attributes: { signal } },
      }))
      return Readable.from(told.map(each => `${JSON.stringify(each)}\n`))
    },
    getContainer: () => ({
      inspect: async () => ({
        State: state({ Running: now.running, StartedAt: now.startedAt }),
        Config: { StopSignal: now.stopSignal },
      }),
      start: async () => {
        Object.assign(now, { running: true, startedAt: '2026-01-01T00:01:00Z' })
      },
    }),
  }
  return { now, engine: { id: 'here', endpoint: { host: 'unix:///here' }, docker } as unknown as Engine }
}

async function journalOf(entry: UndoEntry, on?: string): Promise<UndoBook> {
  const journal = new UndoBook(undefined, undefined, on)
  await journal.add([entry])
  return journal
}

const heal = (engine: Engine, journal: UndoBook) =>
  healContainers(engine, journal, { image: 'i', run: 'r', directory: 'd' })

describe('healing a container that may be about to end', () => {
  const ended: UndoEntry = { ...at, kind: 'ended', startedAt: '2026-01-01T00:00:00Z' }

  it.each([
    ['SIGTERM', ['15'], undefined],
    ['its own signal', ['28'], 'SIGWINCH'],
  ])(
    'waits for the end of one that was sent %s, also once the engine has forgotten it',
    async (_, signals, stopSignal) => {
      const { now, engine } = engineWith({ running: true, ...(stopSignal ? { stopSignal } : {}) }, signals)
      const journal = await journalOf(ended)
      for (const _attempt of [1, 2]) {
        const { failed } = await heal(engine, journal)
        expect(failed.map(({ message }) => message)).toEqual(['web was asked to end and has not ended yet'])
        expect(journal.entries).toHaveLength(1)
      }
      now.running = false
      expect(await heal(engine, journal)).toMatchObject({ started: ['web'], failed: [] })
      expect(journal.entries).toEqual([])
    },
  )

  it('leaves one alone that nobody asked to end', async () => {
    const { engine } = engineWith({ running: true }, ['1'])
    const journal = await journalOf(ended)
    expect(await heal(engine, journal)).toMatchObject({ started: [], failed: [] })
    expect(journal.entries).toEqual([])
  })

  it('forgets nothing on an engine that is not the one of the run', async () => {
    const { now, engine } = engineWith({ running: false }, [])
    const journal = await journalOf(ended, 'elsewhere')
    const { failed } = await heal(engine, journal)
    expect(failed.map(({ message }) => message)).toEqual([
      'web: changed on the engine elsewhere, not on here (unix:///here)',
    ])
    expect([now.running, journal.entries]).toEqual([false, [ended]])
    expect(await heal(engine, await journalOf(ended, 'here'))).toMatchObject({ started: ['web'] })
  })
})

describe('signals by name', () => {
  it.each([
    ['SIGQUIT', '3'],
    ['winch', '28'],
    ['9', '9'],
    ['SIGRTMIN+3', '37'],
    ['SIGNONE', undefined],
    [undefined, undefined],
  ])('%s is %s', (text, number) => expect(signalNumber(text)).toBe(number))
})
