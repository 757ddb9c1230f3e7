import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exitCodes, HarnessError } from '../../model/errors.ts'
import type { Report } from '../../model/report.ts'
import { buildReport } from './build.ts'
import { junitXml } from './junit.ts'
import { reportPage } from './page.ts'
import { readPageAssets } from './page-assets.ts'
import { summaryMarkdown } from './summary.ts'

/** What a report is made of, for people, for programs, for CI. */
export const reportFiles = {
  page: 'report.html',
  data: 'report.json',
  junit: 'junit.xml',
  summary: 'summary.md',
} as const

/** Makes the report of a run and writes its four files into the run's directory. */
export async function writeReport(directory: string): Promise<Report> {
  const report = await buildReport(directory)
  const texts: Record<string, string> = {
    [reportFiles.page]: reportPage(report, await readPageAssets()),
    [reportFiles.data]: `${JSON.stringify(report)}\n`,
    [reportFiles.junit]: junitXml(report),
    [reportFiles.summary]: summaryMarkdown(report),
  }
  for (const [name, text] of Object.entries(texts)) await writeWhole(join(directory, name), text)
  return report
}

/** A reader sees all of the file or the one before. */
async function writeWhole(file: string, text: string): Promise<void> {
  const partial = `${file}.${process.pid}.partial`
  try {
    await writeFile(partial, text)
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    throw new HarnessError({
      code: 'not-writable',
      message: `${file} cannot be written: ${(error as Error).message}`,
      next: 'reports go into the run directory: make it one you may write to, with space left, or copy it elsewhere',
      exitCode: exitCodes.unavailable,
      cause: error,
    })
  }
}
