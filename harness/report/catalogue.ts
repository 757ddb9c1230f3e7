import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RecordedVerdict, recordedVerdictSchema } from '../../model/report.ts'
import { runMarks } from './sources.ts'

/** A run as a list shows it. */
export interface CataloguedRun {
  readonly id: string
  readonly verdict: RecordedVerdict | undefined
}

/** Verdicts that are read at a time. */
const readAtOnce = 16

/** The runs in a folder, the newest first; `latest` and other links are left out. */
export async function listRuns(root: string): Promise<CataloguedRun[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => [])
  const ids = entries
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .reverse()
  const found: CataloguedRun[] = []
  for (let from = 0; from < ids.length; from += readAtOnce) {
    const some = await Promise.all(ids.slice(from, from + readAtOnce).map(id => readRun(root, id)))
    found.push(...some.flatMap(run => run ?? []))
  }
  return found
}

async function readRun(root: string, id: string): Promise<CataloguedRun | undefined> {
  const directory = join(root, id)
  const marks = await Promise.all(runMarks.map(mark => isFile(join(directory, mark))))
  if (!marks.includes(true)) return undefined
  const verdict = await readFile(join(directory, 'verdict.json'), 'utf8')
    .then(text => recordedVerdictSchema.parse(JSON.parse(text)))
    .catch(() => undefined)
  return { id, verdict }
}

async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    found => found.isFile(),
    () => false,
  )
}
