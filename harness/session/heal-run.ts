import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine, Healed, HealOptions } from '../../model/ports/backend.ts'
import { projectFile } from '../records/project-file.ts'
import { clearUndo, openUndo } from './undo.ts'

/**
 * Undoes what a run's faults left; what cannot be undone stays in its journal.
 * @returns undefined when there is nothing of it to undo
 */
export async function healRun(engine: Engine, options: HealOptions): Promise<Healed | undefined> {
  const journal = await openUndo(options.directory)
  if (journal.entries.length === 0) return undefined
  const healed = await engine.heal(journal, options)
  if (journal.entries.length > 0) return healed
  // On a project of somebody else the only thing of ours is the shaper.
  if (existsSync(join(options.directory, projectFile))) await engine.down(options)
  await clearUndo(options.directory)
  return healed
}

/**
 * Forgets what was to be undone in containers that went with their run. Those of a project are somebody else's and still there: their
 * journal stays.
 * @returns whether something is left to undo
 */
export async function forgetRun(directory: string): Promise<boolean> {
  if (existsSync(join(directory, projectFile))) return (await openUndo(directory)).entries.length > 0
  await clearUndo(directory)
  return false
}

/** Names a run that left faults to undo, and how. */
export function describeUndone(run: string): string {
  return `run ${run} left faults to undo; "npm run heal -- ${run}" undoes them`
}

/** Describes what was undone and what was not, for people. */
export function describeHealed(
  run: string,
  { unpaused, started, unlimited, namespaces, failed }: Healed,
): string {
  const parts = [
    ...(unpaused.length > 0 ? [`unpaused ${unpaused.join(', ')}`] : []),
    ...(started.length > 0 ? [`started ${started.join(', ')}`] : []),
    ...(unlimited.length > 0 ? [`restored the limits of ${unlimited.join(', ')}`] : []),
    `no rules left in ${namespaces} namespaces`,
    ...failed.map(({ message }) => message),
  ]
  return `${run}: ${parts.join('; ')}`
}
