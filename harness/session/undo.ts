import { existsSync } from 'node:fs'
import { type FileHandle, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { UndoBook, type UndoJournal, type UndoLine } from '../../model/undo.ts'

const undoFile = 'undo.ndjson'

/**
 * The journal of a run, of what its faults did to containers and have to undo: a line is on the disk before the deed is done. Continues
 * what is there; the file comes with the first line.
 * @param engine what the engine calls itself on which deeds will be done; left out where they are only undone
 */
export async function openUndo(directory: string, engine?: string): Promise<UndoJournal> {
  const file = join(directory, undoFile)
  let waiting: UndoLine[] = []
  let writing: Promise<void> | undefined
  let last: Promise<void> = Promise.resolve()
  // Hundreds of containers are hit at the same time: what has come in the meantime is written at once.
  const write = (lines: readonly UndoLine[]): Promise<void> => {
    waiting.push(...lines)
    writing ??= last.then(async () => {
      const batch = waiting
      waiting = []
      writing = undefined
      await append(file, batch)
    })
    last = writing.catch(() => {})
    return writing
  }
  return new UndoBook(write, await readLines(file), engine)
}

async function append(file: string, lines: readonly UndoLine[]): Promise<void> {
  const handle = await open(file, 'a+')
  try {
    // A full disk or a crash may have torn the last line: glued to it, the next one could not be read.
    const start = (await isTorn(handle)) ? '\n' : ''
    await handle.writeFile(start + lines.map(line => `${JSON.stringify(line)}\n`).join(''))
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/** Whether the last line has no end. */
async function isTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat()
  if (size === 0) return false
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 })
  return buffer.toString() !== '\n'
}

async function readLines(file: string): Promise<UndoLine[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  // What is torn was never acknowledged, and nothing was done after it.
  return text.split('\n').flatMap(line => readLine(line) ?? [])
}

function readLine(line: string): UndoLine | undefined {
  try {
    return JSON.parse(line) as UndoLine
  } catch {
    return undefined
  }
}

/** Forgets what is to be undone, because it is undone or the containers are gone. */
export async function clearUndo(directory: string): Promise<void> {
  await rm(join(directory, undoFile), { force: true })
}

/** Runs under `root` that were not undone to their end, oldest first. */
export async function findUndone(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => [])
  const found: string[] = []
  for (const name of names.sort()) {
    if (name === 'latest' || !existsSync(join(root, name, undoFile))) continue
    if ((await openUndo(join(root, name))).entries.length > 0) found.push(name)
  }
  return found
}
