import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../../compose/engine.ts'
import { type Healed, healContainers } from '../../compose/heal.ts'
import { removeRun } from '../../compose/teardown.ts'
import { projectFile } from './project-file.ts'
import { clearUndo, readUndoFile } from './undo.ts'

/** Undoes what a run's faults left. @returns undefined when there is nothing of it to undo */
export async function healRun(
  engine: Engine,
  options: { readonly run: string; readonly directory: string; readonly image: string },
): Promise<Healed | undefined> {
  const undo = await readUndoFile(options.directory)
  if (undo === undefined) return undefined
  const healed = await healContainers(engine, undo, options)
  // On a project of somebody else the only thing of ours is the shaper.
  if (existsSync(join(options.directory, projectFile))) await removeRun(engine.docker, options.run)
  await clearUndo(options.directory)
  return healed
}

/** What was put right, for a person. */
export function describeHealed(run: string, { unpaused, started, unlimited, namespaces }: Healed): string {
  const parts = [
    ...(unpaused.length > 0 ? [`unpaused ${unpaused.join(', ')}`] : []),
    ...(started.length > 0 ? [`started ${started.join(', ')}`] : []),
    ...(unlimited.length > 0 ? [`gave ${unlimited.join(', ')} back what they may use`] : []),
    `no rule is left in ${namespaces} namespaces`,
  ]
  return `${run}: ${parts.join('; ')}`
}
