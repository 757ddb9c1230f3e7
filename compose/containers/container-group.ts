import type Docker from 'dockerode'
import {
  type InstanceGroup,
  instancesOfPlace,
  type Neighbour,
  type NodeState,
  type Place,
} from '../../model/backend.ts'
import { type KernelLimits, type Limited, limitFiles, type ShapeRequest } from '../../model/shaper.ts'
import { UndoBook, type UndoEntry, type UndoJournal } from '../../model/undo.ts'
import { explainEngineError, statusOf } from '../engine/engine-error.ts'
import type { EngineTimes } from '../engine/engine-times.ts'
import { askShaper } from '../shaper/shaper.ts'
import { openShaperLease } from '../shaper/shaper-lease.ts'
import { undoneBy } from '../shaper/shaper-undo.ts'
import { Asked, type Deed } from './asked.ts'
import { watchContainers } from './events.ts'
import { readLogs } from './logs.ts'
import { neighboursOf } from './neighbours.ts'
import { Others } from './others.ts'
import { readUsage } from './resources.ts'
import { undoEnding, undoPause, undoStarving } from './undo-container.ts'

/** Containers that faults are done to, through the engine and the shaper. */
export function containerGroup(options: {
  readonly docker: Docker
  readonly places: readonly Place[]
  /** Where is written down what is done to them; left out, in memory. */
  readonly journal?: UndoJournal | undefined
  /** @throws Error where there is no shaper */
  readonly shaper: () => Docker.Container
  /** Milliseconds since the epoch: events from then on belong to them. */
  readonly since: number
  readonly times: EngineTimes
}): InstanceGroup {
  const { docker, times, journal = new UndoBook() } = options
  const places = [...options.places]
  /** What the shaper was told to hold last. */
  let held: readonly UndoEntry[] = []
  const [asked, others] = [new Asked(), new Others()]
  const expecting = ({ id }: Docker.Container, deed: Deed, act: () => Promise<boolean>) =>
    asked.expecting(id, deed, act)
  /** One after the other, in the order in which they depend on each other, or the other way round. */
  const each = async (
    what: string,
    index: number,
    action: (container: Docker.Container, name: string) => Promise<unknown>,
    { isReversed = false } = {},
  ) => {
    const members = instancesOfPlace(places[index]!)
    for (const { name, container } of isReversed ? members.reverse() : members) {
      await action(docker.getContainer(container), name).catch(error => {
        throw explainEngineError(error, `${what} ${name}`)
      })
    }
  }
  const end = (what: string, index: number, act: (container: Docker.Container) => Promise<boolean>) =>
    each(
      what,
      index,
      async (container, name) => {
        const { Running, StartedAt } = (await container.inspect()).State
        if (!Running) return
        const entry: UndoEntry = { kind: 'ended', name, container: container.id, startedAt: StartedAt }
        await journal.add([entry])
        await expecting(container, 'die', async () => {
          const isOurs = await act(container)
          await container.wait({ condition: 'not-running' })
          if (!isOurs) await journal.remove([entry])
          return isOurs
        })
      },
      { isReversed: true },
    )
  /** @returns whether it has other addresses than it had */
  const findPlace = async (index: number): Promise<boolean> => {
    const before = places[index]!
    const { NetworkSettings, State } = await docker.getContainer(before.container).inspect()
    // Between two lives it has no address, and keeps those that it had.
    if (!State.Running || State.Restarting) return false
    places[index] = { ...before, ...whereabouts(NetworkSettings.Networks) }
    return JSON.stringify(places[index]) !== JSON.stringify(before)
  }
  return {
    places,
    kill: index => end('killing', index, container => did(container.kill({ signal: 'SIGKILL' }))),
    stop: index => end('stopping', index, container => did(container.stop())),
    start: async index => {
      await each('starting', index, container => expecting(container, 'start', () => did(container.start())))
      await findPlace(index)
    },
    revive: async (index, cause) => {
      await each('starting', index, container =>
        expecting(container, 'start', async () => {
          const ended = cause === 'ended' && journal.find('ended', container.id)
          if (ended) return undoEnding(docker, journal, ended)
          const limited = cause === 'starved' && journal.find('limited-memory', container.id)
          return limited && !isAmong(held, limited) ? undoStarving(docker, journal, limited, others) : false
        }),
      )
      await findPlace(index)
    },
    pause: index =>
      each('pausing', index, async (container, name) => {
        const { Paused, Running, StartedAt } = (await container.inspect()).State
        if (Paused || !Running) return
        const entry: UndoEntry = { kind: 'paused', name, container: container.id, startedAt: StartedAt }
        await journal.add([entry])
        await expecting(container, 'pause', async () => {
          const isOurs = await pause(container)
          if (!isOurs) await journal.remove([entry])
          return isOurs
        })
      }),
    unpause: index =>
      each('unpausing', index, async container => {
        const paused = journal.find('paused', container.id)
        if (paused) await expecting(container, 'unpause', () => undoPause(docker, journal, paused))
      }),
    watch: signal => {
      const { since } = options
      const nodesIn = (id: string) => [...places.keys()].filter(index => idsOf(places[index]!).includes(id))
      // Whoever freezes it again does so for a reason of his own. What cannot be crossed out stays to be undone.
      const onThawed = (container: string) => journal.remove([{ kind: 'paused', container }]).catch(() => {})
      const hasMoved = async (container: string) => {
        const [index] = nodesIn(container)
        // A network of our own has addresses that nobody changes. What this harness starts is looked at by whoever starts it.
        if (index === undefined || places[index]!.networks === undefined) return false
        if (asked.isExpected(container, 'start')) return false
        return findPlace(index).catch(() => false)
      }
      const watched = { since, nodesIn, asked, others, onThawed, hasMoved, times }
      return watchContainers(docker, watched, signal)
    },
    outputOf: async (index, lines, until) => {
      const untilMs = until === undefined ? undefined : times.wallAt(until)
      const outputs: string[] = []
      await each('reading the output of', index, async (container, name) => {
        const output = await readLogs(container, lines, untilMs)
        if (output !== '') outputs.push(places[index]!.others ? `${name}:\n${output}` : output)
      })
      return outputs.join('\n')
    },
    neighboursOf: index => {
      const { name, container } = places[index]!
      const ours = new Set(places.flatMap(idsOf))
      return neighboursOf(docker, docker.getContainer(container), ours).catch((error): Neighbour[] => {
        throw explainEngineError(error, `looking for the neighbours of ${name}`)
      })
    },
    stateOf: async index => {
      const states: NodeState[] = []
      await each('looking at', index, async container => states.push(await stateOf(container)))
      return states.every(state => state === states[0]) ? states[0]! : 'mixed'
    },
    usageOf: container => readUsage(container),
    shape: async request => {
      if (request.kind !== 'shape') return askShaper(options.shaper(), request)
      held = deedsOf(request)
      const deeds = held
      await journal.add(deeds)
      const over = journal.entries.filter(entry => !isAmong(deeds, entry))
      const reply = await askShaper(options.shaper(), { ...request, over: undoneBy(over) })
      if (reply.kind !== 'shaped' || reply.failed.length > 0) return reply
      await journal.remove(
        journal.entries.filter(entry => byShaperAlone.includes(entry.kind) && !isAmong(deeds, entry)),
      )
      return reply
    },
    openLease: () => openShaperLease(options.shaper()),
  }
}

/** What the shaper undoes to the end; a container without enough memory may have died, and is started by `revive`. */
const byShaperAlone: readonly UndoEntry['kind'][] = ['shaped', 'limited-cpu']

function deedsOf({ namespaces, limits = [] }: ShapeRequest): UndoEntry[] {
  return [
    ...namespaces.map(({ name, container }) => ({ kind: 'shaped', name, container }) as const),
    ...limits.flatMap(limited => [
      ...limitedBy('limited-cpu', 'cpu.', limited),
      ...limitedBy('limited-memory', 'memory.', limited),
    ]),
  ]
}

/** What changes of the files of one controller; nothing when none does. */
function limitedBy(
  kind: 'limited-cpu' | 'limited-memory',
  prefix: string,
  { name, container, was, set }: Limited,
): UndoEntry[] {
  const files = limitFiles.filter(file => file.startsWith(prefix) && was[file] !== set[file])
  if (files.length === 0) return []
  const pick = (limits: KernelLimits) => Object.fromEntries(files.map(file => [file, limits[file]]))
  return [{ kind, name, container, was: pick(was), set: pick(set) }]
}

function isAmong(entries: readonly UndoEntry[], { kind, container }: UndoEntry): boolean {
  return entries.some(entry => entry.kind === kind && entry.container === container)
}

function idsOf(place: Place): string[] {
  return instancesOfPlace(place).map(({ container }) => container)
}

type Networks = Readonly<Record<string, { readonly IPAddress: string }>>

/** The IPv4 addresses of a container, and the network of each. */
export function whereabouts(attached: Networks): Required<Pick<Place, 'addresses' | 'networks'>> {
  const found = Object.entries(attached).filter(([, { IPAddress }]) => IPAddress !== '')
  return {
    addresses: found.map(([, { IPAddress }]) => IPAddress),
    networks: found.map(([network]) => network),
  }
}

/** Whether it was done: the engine says 304 and 409 where the container is in that state already. */
async function did(action: Promise<unknown>): Promise<boolean> {
  try {
    await action
    return true
  } catch (error) {
    if ([304, 409].includes(statusOf(error) ?? 0)) return false
    throw error
  }
}

/** The engine gives up on a process that gets no core for a moment, and thaws what it had: on a busy machine the next try freezes it. */
const freezeTries = 5

async function pause(container: Docker.Container): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await did(container.pause())
    } catch (error) {
      if (tries === freezeTries || !/unable to freeze/.test((error as Error).message)) throw error
    }
  }
}

async function stateOf(container: Docker.Container): Promise<NodeState> {
  const { State } = await container.inspect()
  if (State.Paused) return 'paused'
  // While it waits to be started again by its policy the engine says that it runs as well.
  return State.Running && !State.Restarting ? 'running' : 'down'
}
