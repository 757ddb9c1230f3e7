import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import type { FaultActions, HoldChange } from '../../../chaos/fault-actions.ts'
import { faultActions } from '../../../chaos/faults/actions.ts'
import { ContainerFeed } from '../../../chaos/faults/container-feed.ts'
import { limitFaults } from '../../../chaos/faults/limits.ts'
import { processFaults } from '../../../chaos/faults/processes.ts'
import type { ContainerGroup, Limits, NodeState } from '../../../model/backend.ts'
import type { ContainerEvent } from '../../../model/event.ts'
import { faultSchema, type Occurrence } from '../../../model/fault.ts'

/** Three containers that do what they are told, and tell of it as the engine does. */
function containersThatObey() {
  const feed = new ContainerFeed()
  const states: NodeState[] = ['running', 'running', 'running']
  const limits: (Limits | undefined)[] = []
  let now = 1000
  const become = (node: number, state: NodeState, event: ContainerEvent['state'], isOurs: boolean) => {
    states[node] = state
    now += 1
    feed.tell({ type: 'container', at: now, node, state: event, ...(isOurs ? { asked: true } : {}) })
  }
  const act = (state: NodeState, event: ContainerEvent['state']) => async (node: number) =>
    become(node, state, event, true)
  const containers = {
    places: [0, 1, 2].map(node => ({ name: `node-${node}`, addresses: [], container: `${node}` })),
    kill: act('down', 'died'),
    stop: act('down', 'died'),
    start: act('running', 'started'),
    pause: act('paused', 'paused'),
    unpause: act('running', 'unpaused'),
    stateOf: async (node: number) => states[node]!,
    limit: async (node: number, asked: Limits | undefined) => {
      limits[node] = asked
    },
    usageOf: async (node: number) => ({
      cpusMax: limits[node]?.cpus ?? Number.POSITIVE_INFINITY,
      memoryBytesMax: limits[node]?.memoryBytes ?? Number.POSITIVE_INFINITY,
      memoryBytes: 0,
      cpuSeconds: 0,
    }),
  } as unknown as ContainerGroup
  const somebody = {
    starts: (node: number) => become(node, 'running', 'started', false),
    kills: (node: number) => become(node, 'down', 'died', false),
    unpauses: (node: number) => become(node, 'running', 'unpaused', false),
  }
  return { feed, containers, states, limits, somebody }
}

let occurrences = 0
const occurrence = (fault: object, targets: number[]): Occurrence => {
  occurrences += 1
  const parsed = faultSchema.parse({ for: '1s', ...fault })
  return { id: `${parsed.kind}-${occurrences}`, fault: parsed, atMs: 0, forMs: 1000, targets }
}

/** Injects a fault, lets something happen, and has it end. @returns what was noted meanwhile */
async function held(faults: FaultActions, hit: Occurrence, meanwhile: () => unknown): Promise<HoldChange[]> {
  const noted: HoldChange[] = []
  const ended = new AbortController()
  await faults.inject(hit)
  const done = faults.hold!(hit, { signal: ended.signal, note: change => noted.push(change) })
  await meanwhile()
  ended.abort()
  await done
  return noted
}

describe('faults of processes', () => {
  it('hold where nothing happens, where it is our own, and where others are hit', async () => {
    const { feed, containers, somebody } = containersThatObey()
    const faults = processFaults({ containers, feed })
    const paused = occurrence({ kind: 'pause' }, [1])
    const noted = await held(faults, occurrence({ kind: 'kill' }, [0]), async () => {
      await faults.inject(paused)
      await faults.heal(paused)
      somebody.kills(2)
    })
    expect(noted).toEqual([])
  })

  it.each([
    ['kill', 'starts', 'node-0 was started by somebody else'],
    ['stop', 'starts', 'node-0 was started by somebody else'],
    ['pause', 'unpauses', 'node-0 was unpaused by somebody else'],
    ['pause', 'kills', 'node-0 ended with code ?'],
  ] as const)('%s is interrupted when somebody %s', async (kind, deed, evidence) => {
    const { feed, containers, somebody } = containersThatObey()
    const faults = processFaults({ containers, feed })
    const noted = await held(faults, occurrence({ kind }, [0, 1]), () => somebody[deed](0))
    expect(noted).toEqual([{ holds: false, evidence, at: 1003 }])
  })

  it('tell of each interruption and each return once', async () => {
    const { feed, containers, somebody } = containersThatObey()
    const faults = processFaults({ containers, feed })
    const noted = await held(faults, occurrence({ kind: 'kill' }, [0]), () => {
      for (const node of [0, 0]) {
        somebody.starts(node)
        somebody.kills(node)
      }
    })
    expect(noted.map(({ holds, at }) => [holds, at])).toEqual([
      [false, 1002],
      [true, 1003],
      [false, 1004],
      [true, 1005],
    ])
  })

  it('are compared with what all faults on a container mean: a frozen one that another fault kills is dead', async () => {
    const { feed, containers } = containersThatObey()
    const faults = processFaults({ containers, feed })
    const killed = occurrence({ kind: 'kill' }, [0])
    const noted = await held(faults, occurrence({ kind: 'pause' }, [0]), async () => {
      await faults.inject(killed)
      await faults.heal(killed)
    })
    expect(noted).toEqual([])
  })

  it('are looked at once more where no event told', async () => {
    const { containers, states } = containersThatObey()
    const faults = processFaults({ containers })
    const noted = await held(faults, occurrence({ kind: 'kill' }, [0]), () => {
      states[0] = 'running'
    })
    expect(noted).toEqual([{ holds: false, evidence: 'node-0 is running, not down' }])
  })
})

describe('any fault', () => {
  it('is interrupted when its container is removed: what takes its place is another one', async () => {
    const { feed, containers } = containersThatObey()
    const faults = faultActions({ containers, feed })
    const removed = { type: 'container', at: 7000, node: 0, state: 'removed' } as const
    for (const fault of [{ kind: 'kill' }, { kind: 'cpu', share: '20%' }])
      expect(await held(faults, occurrence(fault, [0]), () => feed.tell(removed))).toEqual([
        { holds: false, at: 7000, evidence: 'node-0 was removed by somebody else' },
      ])
  })
})

describe('faults of limits', () => {
  it.each([
    ['cpu', { share: '20%' }, { cpus: 2 }],
    ['memory', { limit: '64MiB' }, { memoryBytes: 2 ** 30 }],
  ])(
    '%s is interrupted when somebody sets them otherwise, and holds again when they are back',
    async (kind, ask, other) => {
      const { containers, limits } = containersThatObey()
      const noted = await held(limitFaults(containers), occurrence({ kind, ...ask }, [0, 1]), async () => {
        const asked = limits[1]
        limits[1] = other
        await delay(1300)
        limits[1] = asked
        await delay(1200)
      })
      expect(noted).toEqual([
        { holds: false, evidence: 'the limits of node-1 were changed by somebody else' },
        { holds: true, evidence: 'the limits are back' },
      ])
    },
  )

  it('a container that the kernel has killed meanwhile is given nothing', async () => {
    const { containers, states, limits } = containersThatObey()
    const faults = limitFaults(containers)
    const noted = await held(faults, occurrence({ kind: 'memory', limit: '64MiB' }, [0]), () => {
      limits[0] = undefined
      states[0] = 'down'
    })
    expect(noted).toEqual([])
  })
})
