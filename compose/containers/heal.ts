import type Docker from 'dockerode'
import { exitCodes, HarnessError } from '../../model/errors.ts'
import type { Healed } from '../../model/ports/backend.ts'
import type { UndoEntry, UndoJournal } from '../../model/undo.ts'
import type { Engine } from '../engine/engine.ts'
import { explainEngineError, statusOf } from '../engine/engine-error.ts'
import { labels } from '../engine/labels.ts'
import { askShaper } from '../shaper/shaper.ts'
import { startShaper } from '../shaper/shaper-container.ts'
import { undoneBy } from '../shaper/shaper-undo.ts'
import { undoEnding, undoPause, undoStarving } from './undo-container.ts'

/**
 * Undoes what a journal says that faults did to containers, and nothing else, the last deed first. Each entry is crossed out once
 * it was seen to be undone. Twice without harm; a container that is gone is passed over.
 */
export async function healContainers(
  engine: Engine,
  journal: UndoJournal,
  options: { readonly image: string; readonly run: string; readonly directory: string },
): Promise<Healed> {
  const { docker } = engine
  const healed = { unpaused: [] as string[], started: [] as string[], unlimited: [] as string[] }
  const failed: HarnessError[] = []
  // What another engine does not know of is not gone.
  if (journal.engine !== undefined && journal.engine !== engine.id)
    return { ...healed, namespaces: 0, failed: [otherEngine(journal, engine)] }
  const attempt = async (entry: UndoEntry, work: () => Promise<boolean>, done: string[]) => {
    try {
      if (await work()) done.push(entry.name)
    } catch (error) {
      if (statusOf(error) === 404) await journal.remove([entry])
      else failed.push(explainEngineError(error, `healing ${entry.name}`))
    }
  }
  const entries = [...journal.entries].reverse()
  for (const entry of entries) {
    if (entry.kind === 'paused')
      await attempt(entry, () => undoPause(docker, journal, entry), healed.unpaused)
    if (entry.kind === 'ended') await attempt(entry, () => undoEnding(docker, journal, entry), healed.started)
  }
  const byShaper = entries.filter(({ kind }) => kind !== 'ended' && kind !== 'paused')
  const namespaces = await purge(docker, byShaper, options).catch(error => {
    failed.push(explainEngineError(error, 'removing rules'))
    return undefined
  })
  if (namespaces === undefined) return { ...healed, namespaces: 0, failed }
  await journal.remove(byShaper.filter(({ kind }) => kind !== 'limited-memory'))
  for (const entry of byShaper) {
    if ('set' in entry) healed.unlimited.push(entry.name)
    if (entry.kind === 'limited-memory')
      await attempt(entry, () => undoStarving(docker, journal, entry), healed.started)
  }
  return { ...healed, unlimited: [...new Set(healed.unlimited)], namespaces, failed }
}

function otherEngine({ entries, engine }: UndoJournal, { id, endpoint }: Engine): HarnessError {
  const names = [...new Set(entries.map(({ name }) => name))].join(', ')
  return new HarnessError({
    code: 'other-engine',
    message: `${names}: changed on the engine ${engine}, not on ${id} (${endpoint.host})`,
    next: 'set DOCKER_HOST or the context of docker as for the run, then heal again',
    exitCode: exitCodes.unavailable,
  })
}

/** Through the run's own shaper where it runs, which would put its rules back otherwise, else through a new one. */
async function purge(
  docker: Docker,
  entries: readonly UndoEntry[],
  options: { readonly image: string; readonly run: string; readonly directory: string },
): Promise<number> {
  if (entries.length === 0) return 0
  const filters = { label: [`${labels.run}=${options.run}`, `${labels.role}=shaper`], status: ['running'] }
  const [running] = await docker.listContainers({ filters })
  if (running) return ask(docker.getContainer(running.Id), entries)
  await using shaper = await startShaper({ docker, ...options, run: `${options.run}-heal` })
  return await ask(shaper.container, entries)
}

async function ask(shaper: Docker.Container, entries: readonly UndoEntry[]): Promise<number> {
  const { namespaces, limits } = undoneBy(entries)
  const containers = namespaces.map(({ container }) => container)
  const reply = await askShaper(shaper, { kind: 'purge', containers, limits })
  if (reply.kind === 'purged') return reply.containers
  throw new Error(reply.kind === 'refused' ? reply.message : JSON.stringify(reply))
}
