import type Docker from 'dockerode'
import type { Engine } from './engine.ts'
import { explainEngineError, statusOf } from './engine-error.ts'
import { labels } from './labels.ts'
import { type EngineLimits, hasLimits, limitChange, limitsIn, readLimits } from './limits.ts'
import { askShaper } from './shaper.ts'
import { startShaper } from './shaper-container.ts'

/** What a container was before faults were done to it. */
export interface Undo {
  readonly name: string
  readonly container: string
  readonly limits: EngineLimits
}

/** What was found wrong and put right. */
export interface Healed {
  readonly unpaused: string[]
  readonly started: string[]
  readonly unlimited: string[]
  /** Namespaces that were looked at and have no rule of ours any more. */
  readonly namespaces: number
}

/** Reads what containers are now, to be able to bring them back to it. */
export async function readUndo(
  docker: Docker,
  places: readonly { readonly name: string; readonly container: string }[],
): Promise<Undo[]> {
  return Promise.all(
    places.map(async ({ name, container }) => ({
      name,
      container,
      limits: await readLimits(docker.getContainer(container)),
    })),
  )
}

/**
 * Undoes everything that faults may have left on containers, whoever left it: rules in their namespaces, freezing, death, limits.
 * Twice without harm; a container that is gone is passed over.
 * @throws HarnessError for the first container that could not be healed, when all others and all rules are
 */
export async function healContainers(
  engine: Engine,
  undo: readonly Undo[],
  options: { readonly image: string; readonly run: string; readonly directory: string },
): Promise<Healed> {
  const { docker } = engine
  const healed = { unpaused: [] as string[], started: [] as string[], unlimited: [] as string[] }
  const present: string[] = []
  const problems: unknown[] = []
  for (const { name, container: id, limits } of undo) {
    const container = docker.getContainer(id)
    try {
      const { HostConfig, State } = await container.inspect()
      present.push(id)
      if (State.Paused) {
        await container.unpause()
        healed.unpaused.push(name)
      }
      if (!hasLimits(limitsIn(HostConfig), limits, engine.memoryBytes)) {
        await container.update(limitChange(limits, undefined, engine.memoryBytes))
        healed.unlimited.push(name)
      }
      if (!State.Running) {
        await container.start()
        healed.started.push(name)
      }
    } catch (error) {
      if (statusOf(error) !== 404) problems.push(explainEngineError(error, `healing ${name}`))
    }
  }
  const namespaces = await purgeRules(docker, present, options)
  if (problems.length > 0) throw problems[0]
  return { ...healed, namespaces }
}

/** Through the run's own shaper where it runs, which would put its rules back otherwise, else through a new one. */
async function purgeRules(
  docker: Docker,
  containers: readonly string[],
  options: { readonly image: string; readonly run: string; readonly directory: string },
): Promise<number> {
  if (containers.length === 0) return 0
  const filters = { label: [`${labels.run}=${options.run}`, `${labels.role}=shaper`], status: ['running'] }
  const [running] = await docker.listContainers({ filters })
  if (running) return ask(docker.getContainer(running.Id), containers)
  await using shaper = await startShaper({ docker, ...options, run: `${options.run}-heal` })
  return await ask(shaper.container, containers)
}

async function ask(shaper: Docker.Container, containers: readonly string[]): Promise<number> {
  const reply = await askShaper(shaper, { kind: 'purge', containers: [...containers] })
  if (reply.kind === 'purged') return reply.containers
  throw explainEngineError(new Error(JSON.stringify(reply)), 'removing rules')
}
