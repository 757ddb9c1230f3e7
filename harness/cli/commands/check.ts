import { findRunDirectory, judgeDirectory, judgeProjectDirectory } from '../../records/judge.ts'
import { projectFile } from '../../records/project-file.ts'
import { shellCommand } from '../../shell-command.ts'
import { judgeLadder } from '../judge-ladder.ts'
import { summarize, summarizeLadder, summarizeProject } from '../output/summary.ts'
import { exitCodeOf, verdictCodes } from '../play.ts'
import type { Command } from './command.ts'

export const checkCommand: Command = {
  usage: 'check <run>',
  describe: 'judge a finished run or ladder again from its directory; needs no engine',
  positionals: { run: 'the id of a run, its directory, or latest' },
  options: {},
  examples: [['npm run whiteout -- check latest', 'the last run']],
  handle: async (values, output) => {
    const directory = await findRunDirectory(String(values.run), ['plan.json', projectFile])
    const ofProject = await judgeProjectDirectory(directory)
    if (ofProject !== undefined) {
      if (output.json) output.print(JSON.stringify({ ...ofProject, directory }))
      else
        output.print(
          summarizeProject(
            ofProject,
            directory,
            shellCommand(['npm', 'run', 'whiteout', '--', 'check', String(values.run)]),
          ),
        )
      return verdictCodes[ofProject.verdict]
    }
    const ladder = await judgeLadder(directory)
    if (ladder !== undefined) {
      output.print(output.json ? JSON.stringify(ladder) : summarizeLadder(ladder))
      return verdictCodes[ladder.verdict]
    }
    const { verdict, plan } = await judgeDirectory(directory)
    if (output.json) output.print(JSON.stringify({ ...verdict, directory }))
    else
      output.print(
        summarize(
          verdict,
          plan,
          directory,
          shellCommand(['npm', 'run', 'whiteout', '--', 'check', String(values.run)]),
        ),
      )
    const { run } = verdict
    return exitCodeOf({
      run,
      directory,
      verdict,
      wasInterrupted: false,
      failure: undefined,
      watchers: undefined,
    })
  },
}
