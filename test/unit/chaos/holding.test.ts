import { describe, expect, it } from '@jest/globals'
import type { FaultActions, HoldChange } from '../../../chaos/fault-actions.ts'
import { faultActions } from '../../../chaos/faults/actions.ts'
import { ContainerFeed } from '../../../chaos/faults/container-feed.ts'
import { limitFaults } from '../../../chaos/faults/limits.ts'
import { processFaults } from '../../../chaos/faults/processes.ts'
import { ShaperDesk } from '../../../chaos/faults/shaper-desk.ts'
import type { InstanceGroup, NodeState } from '../../../model/backend.ts'
import type { InstanceEvent } from '../../../model/event.ts'
import { faultSchema, type Occurrence } from '../../../model/fault.ts'
import { type Break, limitsOf, type ShaperReply, type ShaperRequest } from '../../../model/shaper.ts'
import { time } from '../../support/clock.ts'

/** Three containers that do what they are told, and tell of it as the engine does. */
function containersThatObey() {
  const feed = new ContainerFeed()
  const states: NodeState[] = ['running', 'running', 'running']
  /** What the shaper has found changed. */
  const breaks: Break[] = []
  let now = 1000
  const become = (
    node: number,
    state: NodeState,
    event: InstanceEvent['state'],
    isOurs: boolean,
    exitCode?: number,
  ) => {
    states[node] = state
    now += 1
    const more = {
      ...(isOurs ? { asked: true as const } : {}),
      ...(exitCode === undefined ? {} : { exitCode }),
    }
    feed.tell({ type: 'container', at: now, node, state: event, ...more })
  }
  const act = (state: NodeState, event: InstanceEvent['state']) => async (node: number) => {
    // Where there is nothing to do, nothing is told.
    if (states[node] !== state) become(node, state, event, true)
  }
  const containers = {
    places: [0, 1, 2].map(node => ({ name: `node-${node}`, addresses: [], container: `${node}` })),
    kill: act('down', 'died'),
    stop: act('down', 'died'),
    start: act('running', 'started'),
    revive: act('running', 'started'),
    pause: act('paused', 'paused'),
    unpause: act('running', 'unpaused'),
    stateOf: async (node: number) => states[node]!,
    shape: async (request: ShaperRequest) => answer(request, breaks),
    openLease: async () => ({
      renew: async () => ({ namespaces: 0, disks: 0, limits: 1, breaks: breaks.length }),
      close: () => {},
    }),
  } as unknown as InstanceGroup
  const somebody = {
    starts: (node: number) => become(node, 'running', 'started', false),
    kills: (node: number, exitCode?: number) => become(node, 'down', 'died', false, exitCode),
    unpauses: (node: number) => become(node, 'running', 'unpaused', false),
  }
  return { feed, containers, states, breaks, somebody }
}

/** As a shaper does that limits containers of cgroup version 2. */
function answer(request: ShaperRequest, breaks: readonly Break[]): ShaperReply {
  switch (request.kind) {
    case 'read-limits': {
      const limits = { 'cpu.max': 'max 100000', 'memory.max': 'max', 'memory.swap.max': 'max' }
      return { kind: 'limits', read: request.containers.map(() => ({ limits })) }
    }
    case 'shape':
      return { kind: 'shaped', healed: 0, changed: 0, failed: [], milliseconds: 0 }
    case 'verify':
      return { kind: 'verified', breaks: breaks.slice(request.since) }
    default:
      return { kind: 'refused', message: `no ${request.kind} here` }
  }
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
    const faults = faultActions({ containers, feed, time })
    const removed = { type: 'container', at: 7000, node: 0, state: 'removed' } as const
    for (const fault of [{ kind: 'kill' }, { kind: 'cpu', share: '20%' }])
      expect(await held(faults, occurrence(fault, [0]), () => feed.tell(removed))).toEqual([
        { holds: false, at: 7000, evidence: 'node-0 was removed by somebody else' },
      ])
  })
})

describe('faults of limits', () => {
  const [cpu, memory] = [
    { kind: 'cpu', share: '20%' },
    { kind: 'memory', limit: '64MiB' },
  ]
  const change = (name: string, holds: boolean): Break => ({
    ...{ name: limitsOf(name), holds, agoMs: 0 },
    evidence: holds ? 'they are back' : 'changed by somebody else, cpu.max is max 100000, not 20000 100000',
  })
  const play = async (fault: object, meanwhile: (network: ReturnType<typeof containersThatObey>) => void) => {
    const network = containersThatObey()
    const faults = limitFaults({ ...network, time }, new ShaperDesk({ ...network, time }))
    const hit = occurrence(fault, [0, 1])
    const noted = await held(faults, hit, () => meanwhile(network))
    await faults.heal(hit)
    return noted.map(({ holds, evidence }) => [holds, evidence])
  }

  it.each([cpu, memory])(
    '$kind is interrupted when somebody sets those of its targets otherwise, and holds again when they are back',
    async fault => {
      const noted = await play(fault, ({ breaks }) =>
        breaks.push(change('node-1', false), change('node-2', false), change('node-1', true)),
      )
      expect(noted).toEqual([
        [false, 'limits of node-1: changed by somebody else, cpu.max is max 100000, not 20000 100000'],
        [true, 'limits of node-1: they are back'],
      ])
    },
  )

  it.each([cpu, memory])('$kind is interrupted when somebody starts a target again', async fault => {
    const noted = await play(fault, ({ somebody }) => {
      somebody.kills(0, 143)
      somebody.starts(0)
    })
    expect(noted).toEqual([
      [false, 'node-0 was started by somebody else, without limits until it got them again'],
    ])
  })

  it('a container that the limit of memory has killed is back under it, if at all', async () => {
    const noted = await play(memory, ({ somebody }) => {
      somebody.kills(1, 137)
      somebody.kills(0, 137)
      somebody.starts(0)
    })
    expect(noted).toEqual([])
  })
})
