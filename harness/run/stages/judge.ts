import { join } from 'node:path'
import { type CheckResult, type Verdict, worst } from '../../../model/verdict.ts'
import { writeJson } from '../../records/directory.ts'
import { judgeDirectory } from '../../records/judge.ts'
import type { RunContext } from '../context.ts'

/**
 * Judges the history that the run left and writes verdict.json. A run that did not come to its end is never better
 * than unknown, whatever its checks say of what they saw.
 * @throws what kept it from being judged
 */
export async function judgeStage(
  context: RunContext,
  wasInterrupted: boolean,
  failure: Error | undefined,
): Promise<Verdict> {
  const { reporter, directory } = context
  reporter.stage('judge', 'begin')
  try {
    const { verdict } = await judgeDirectory(directory)
    const complete = addEnding(verdict, wasInterrupted, failure)
    await writeJson(join(directory, 'verdict.json'), complete, 1)
    reporter.stage('judge', 'end')
    return complete
  } catch (error) {
    reporter.stage('judge', 'failed', (error as Error).message)
    throw error
  }
}

function addEnding(verdict: Verdict, wasInterrupted: boolean, failure: Error | undefined): Verdict {
  if (failure === undefined && !wasInterrupted) return verdict
  const ending: CheckResult = {
    name: 'ending',
    verdict: 'unknown',
    message:
      failure === undefined ? 'the run was interrupted' : `the run failed: ${failure.message.split('\n')[0]}`,
  }
  const checks = [...verdict.checks, ending]
  return { ...verdict, checks, verdict: worst(checks.map(check => check.verdict)) }
}
