import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Undo } from '../../compose/heal.ts'
import { writeJson } from './directory.ts'

const undoFile = 'undo.json'

/** Writes down what is to be undone if this process does not come to it: the file is there as long as faults are played. */
export async function writeUndo(directory: string, undo: readonly Undo[]): Promise<AsyncDisposable> {
  await writeJson(join(directory, undoFile), undo)
  return { [Symbol.asyncDispose]: () => clearUndo(directory) }
}

export async function readUndoFile(directory: string): Promise<readonly Undo[] | undefined> {
  const text = await readFile(join(directory, undoFile), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Undo[])
}

export async function clearUndo(directory: string): Promise<void> {
  await rm(join(directory, undoFile), { force: true })
}

/** Runs under `root` that were not undone to their end, oldest first. */
export async function findUndone(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => [])
  const found: string[] = []
  for (const name of names.sort()) {
    if (name !== 'latest' && (await readUndoFile(join(root, name)))) found.push(name)
  }
  return found
}
