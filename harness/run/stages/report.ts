import { writeReport } from '../../report/write.ts'
import type { Reporter } from '../reporter.ts'

/** Writes the report of a run that has just been judged. One that cannot be written must not hide the verdict. */
export async function reportStage(directory: string, reporter: Reporter): Promise<void> {
  reporter.stage('report', 'begin')
  try {
    await writeReport(directory)
    reporter.stage('report', 'end')
  } catch (error) {
    reporter.stage('report', 'failed', (error as Error).message)
    reporter.line(`the report could not be written: ${(error as Error).message}; retry with "npm run report"`)
  }
}
