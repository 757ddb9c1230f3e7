import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { listedReportSchema, recordedVerdictSchema } from '../../model/report.ts'
import { historyFile } from '../history/writer.ts'
import { runMarks } from './sources.ts'
import { reportFiles } from './write.ts'

/** A run as a list shows it. */
export interface CataloguedRun {
  readonly id: string
  /** That of its report, or the recorded one where there is no report yet. */
  readonly verdict: ListedVerdict | undefined
}

type ListedVerdict = z.infer<typeof listedReportSchema>

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
  const verdict = (await readReport(directory)) ?? (await readVerdict(directory))
  if (verdict?.verdict !== 'pass' || marks[runMarks.indexOf(historyFile)]) return { id, verdict }
  return { id, verdict: { ...verdict, verdict: 'unknown', checks: [lost] } }
}

/** A pass without the history that it rests on is none, as its report will say when it is made again. */
const lost = { name: 'history', verdict: 'unknown', message: 'there is no history' } as const

async function readReport(directory: string): Promise<ListedVerdict | undefined> {
  const found = await readJson(join(directory, reportFiles.data))
  return listedReportSchema.safeParse(found).data
}

async function readVerdict(directory: string): Promise<ListedVerdict | undefined> {
  const found = recordedVerdictSchema.safeParse(await readJson(join(directory, 'verdict.json'))).data
  return found && { ...found, metrics: found.metrics ?? null }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}

async function isFile(path: string): Promise<boolean> {
  return lstat(path).then(
    found => found.isFile(),
    () => false,
  )
}
