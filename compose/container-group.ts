import type Docker from 'dockerode'
import type { ContainerGroup, Limits, NodeState, Place } from '../model/backend.ts'
import { explainEngineError, statusOf } from './engine-error.ts'
import { findCgroups, readUsage } from './resources.ts'
import { askShaper } from './shaper.ts'

/** How the kernel hands out CPU, microseconds: the default of the engine. */
const cpuPeriod = 100_000

/** Containers that faults are done to, through the engine and the shaper. */
export function containerGroup(options: {
  readonly docker: Docker
  readonly places: readonly Place[]
  /** The engine's machine, whose memory is the limit of what has none. */
  readonly memoryBytes: number
  /** @throws Error where there is no shaper */
  readonly shaper: () => Docker.Container
}): ContainerGroup {
  const { docker, places } = options
  const first = remembered(() => findCgroups(places[0]!.container))
  /** What a container was given when it was made. */
  const original = new Map<number, Original>()
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
      doing(
        'starting',
        index,
        unlessSo(container => container.start()),
      ),
    pause: index =>
      doing(
        'pausing',
        index,
        unlessSo(container => container.pause()),
      ),
    unpause: index =>
      doing(
        'unpausing',
        index,
        unlessSo(container => container.unpause()),
      ),
    stateOf: index => doing('looking at', index, stateOf),
    limit: (index, limits) =>
      doing('limiting', index, async container => {
        const known = original.get(index) ?? (await originalOf(container))
        original.set(index, known)
        await container.update(update(known, limits, options.memoryBytes))
      }),
    usageOf: async index => readUsage(await first(), places[index]!.container),
    shape: request => askShaper(options.shaper(), request),
  }
}

interface Original {
  readonly memory: number
  readonly memorySwap: number
  readonly nanoCpus: number
  readonly cpuQuota: number
}

async function originalOf(container: Docker.Container): Promise<Original> {
  const { HostConfig } = await container.inspect()
  const { Memory = 0, MemorySwap = 0, NanoCpus = 0, CpuQuota = 0 } = HostConfig
  return { memory: Memory, memorySwap: MemorySwap, nanoCpus: NanoCpus, cpuQuota: CpuQuota }
}

/** The engine takes 0 for "as it was", so that no limit is written as one that limits nothing. */
function update(
  { memory, memorySwap, nanoCpus, cpuQuota }: Original,
  limits: Limits | undefined,
  machine: number,
) {
  const most = memory > 0 ? memory : machine
  const held = Math.min(limits?.memoryBytes ?? most, most)
  const cpus = limits?.cpus
  const cpu =
    nanoCpus > 0
      ? { NanoCpus: Math.min(cpus === undefined ? nanoCpus : Math.round(cpus * 1e9), nanoCpus) }
      : {
          CpuPeriod: cpuPeriod,
          CpuQuota: cpus === undefined ? (cpuQuota > 0 ? cpuQuota : -1) : Math.round(cpus * cpuPeriod),
        }
  // Without swap to flee to while it is held; later what it had.
  const swap = limits?.memoryBytes === undefined ? (memorySwap > 0 ? Math.max(memorySwap, held) : -1) : held
  return { Memory: held, MemorySwap: swap, ...cpu }
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
