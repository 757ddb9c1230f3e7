import type Docker from 'dockerode'
import type { ContainerGroup, Neighbour, NodeState, Place } from '../model/backend.ts'
import { Asked, type Deed } from './asked.ts'
import { explainEngineError, statusOf } from './engine-error.ts'
import { watchContainers } from './events.ts'
import { type EngineLimits, limitChange, readLimits } from './limits.ts'
import { readLogs } from './logs.ts'
import { neighboursOf } from './neighbours.ts'
import { findCgroups, readUsage } from './resources.ts'
import { askShaper } from './shaper.ts'
import { openShaperLease } from './shaper-lease.ts'

/** Containers that faults are done to, through the engine and the shaper. */
export function containerGroup(options: {
  readonly docker: Docker
  readonly places: readonly Place[]
  /** The engine's machine, whose memory is the limit of what has none. */
  readonly memoryBytes: number
  /** @throws Error where there is no shaper */
  readonly shaper: () => Docker.Container
  /** Labels (`name=value`) that all of them carry, by which the engine's events are read. */
  readonly labels: readonly string[]
  /** Milliseconds since the epoch: events from then on belong to them. */
  readonly since: number
}): ContainerGroup {
  const { docker } = options
  const places = [...options.places]
  const first = remembered(() => findCgroups(places[0]!.container))
  /** What a container was given when it was made. */
  const original = new Map<number, EngineLimits>()
  const doing = async <T>(
    what: string,
    index: number,
    action: (container: Docker.Container) => Promise<T>,
  ) => {
    const { name, container } = places[index]!
    return action(docker.getContainer(container)).catch(error => {
      throw explainEngineError(error, `${what} ${name}`)
    })
  }
  const asked = new Asked()
  const change = (
    what: string,
    deed: Deed,
    index: number,
    act: (container: Docker.Container) => Promise<boolean>,
  ) => doing(what, index, container => asked.expecting(container.id, deed, () => act(container)))
  return {
    places,
    kill: index => change('killing', 'die', index, kill),
    stop: index => change('stopping', 'die', index, stop),
    start: async index => {
      await change('starting', 'start', index, container => unlessSo(() => container.start()))
      await doing('looking at', index, async container => {
        const { NetworkSettings } = await container.inspect()
        places[index] = { ...places[index]!, ...whereabouts(NetworkSettings.Networks) }
      })
    },
    pause: index => change('pausing', 'pause', index, pause),
    unpause: index => change('unpausing', 'unpause', index, container => unlessSo(() => container.unpause())),
    watch: signal => {
      const nodesIn = (id: string) => [...places.keys()].filter(index => places[index]!.container === id)
      const { labels, since } = options
      return watchContainers(docker, { labels, since, nodesIn, asked }, signal)
    },
    outputOf: (index, lines, untilMs) =>
      doing('reading the output of', index, container => readLogs(container, lines, untilMs)),
    neighboursOf: index =>
      doing('looking for the neighbours of', index, (container): Promise<Neighbour[]> => {
        const ours = new Set(places.map(place => place.container))
        return neighboursOf(docker, container, ours)
      }),
    stateOf: index => doing('looking at', index, stateOf),
    limit: (index, limits) =>
      doing('limiting', index, async container => {
        const known = original.get(index) ?? (await readLimits(container))
        original.set(index, known)
        await container.update(limitChange(known, limits, options.memoryBytes))
      }),
    usageOf: async index => readUsage(await first(), places[index]!.container),
    shape: request => askShaper(options.shaper(), request),
    openLease: () => openShaperLease(options.shaper()),
  }
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

/** @returns false when the container was in that state already (304 and 409) */
async function unlessSo(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action()
    return true
  } catch (error) {
    if ([304, 409].includes(statusOf(error) ?? 0)) return false
    throw error
  }
}

async function kill(container: Docker.Container): Promise<boolean> {
  const isDone = await unlessSo(() => container.kill({ signal: 'SIGKILL' }))
  await container.wait({ condition: 'not-running' })
  return isDone
}

async function stop(container: Docker.Container): Promise<boolean> {
  const isDone = await unlessSo(() => container.stop())
  await container.wait({ condition: 'not-running' })
  return isDone
}

/** The engine gives up on a process that gets no core for a moment, and thaws what it had: on a busy machine the next try freezes it. */
const freezeTries = 5

async function pause(container: Docker.Container): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await unlessSo(() => container.pause())
    } catch (error) {
      if (tries === freezeTries || !/unable to freeze/.test((error as Error).message)) throw error
    }
  }
}

async function stateOf(container: Docker.Container): Promise<NodeState> {
  const { State } = await container.inspect()
  if (State.Paused) return 'paused'
  return State.Running ? 'running' : 'down'
}

function remembered<T>(work: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined
  return () => {
    known ??= work()
    return known
  }
}
