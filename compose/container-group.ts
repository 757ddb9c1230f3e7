import type Docker from 'dockerode'
import type { ContainerGroup, NodeState, Place } from '../model/backend.ts'
import { explainEngineError, statusOf } from './engine-error.ts'
import { type EngineLimits, limitChange, readLimits } from './limits.ts'
import { readUsage } from './resources.ts'
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
}): ContainerGroup {
  const { docker } = options
  const places = [...options.places]
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
  return {
    places,
    kill: index => doing('killing', index, kill),
    stop: index => doing('stopping', index, stop),
    start: index =>
      doing('starting', index, async container => {
        await unlessSo(() => container.start())(container)
        const { NetworkSettings } = await container.inspect()
        places[index] = { ...places[index]!, addresses: addressesOf(NetworkSettings.Networks) }
      }),
    pause: index => doing('pausing', index, pause),
    unpause: index =>
      doing(
        'unpausing',
        index,
        unlessSo(container => container.unpause()),
      ),
    stateOf: index => doing('looking at', index, stateOf),
    limit: (index, limits) =>
      doing('limiting', index, async container => {
        const known = original.get(index) ?? (await readLimits(container))
        original.set(index, known)
        await container.update(limitChange(known, limits, options.memoryBytes))
      }),
    usageOf: async index => readUsage(places[index]!.container),
    shape: request => askShaper(options.shaper(), request),
    openLease: () => openShaperLease(options.shaper()),
  }
}

/** The IPv4 addresses of a container on its networks. */
export function addressesOf(networks: Readonly<Record<string, { readonly IPAddress: string }>>): string[] {
  return Object.values(networks).flatMap(({ IPAddress }) => (IPAddress === '' ? [] : [IPAddress]))
}

/** 304 and 409: the container is in that state already. */
function unlessSo(action: (container: Docker.Container) => Promise<unknown>) {
  return async (container: Docker.Container): Promise<void> => {
    await action(container).catch(error => {
      if (![304, 409].includes(statusOf(error) ?? 0)) throw error
    })
  }
}

async function kill(container: Docker.Container): Promise<void> {
  await unlessSo(() => container.kill({ signal: 'SIGKILL' }))(container)
  await container.wait({ condition: 'not-running' })
}

async function stop(container: Docker.Container): Promise<void> {
  await unlessSo(() => container.stop())(container)
  await container.wait({ condition: 'not-running' })
}

/** The engine gives up on a process that gets no core for a moment, and thaws what it had: on a busy machine the next try freezes it. */
const freezeTries = 5

async function pause(container: Docker.Container): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await unlessSo(() => container.pause())(container)
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
