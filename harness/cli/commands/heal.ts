import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes, HarnessError } from '../../../model/errors.ts'
import { runsRoot } from '../../records/directory.ts'
import { describeHealed, healRun } from '../../session/heal-run.ts'
import { findUndone } from '../../session/undo.ts'
import { textOf } from '../values.ts'
import type { Command } from './command.ts'

export const healCommand: Command = {
  usage: 'heal [run]',
  describe: 'undo the faults that a run left: network rules, limits, paused and stopped containers',
  positionals: { run: 'the id of one run (default: the only one with faults to undo)' },
  options: {
    all: {
      type: 'boolean',
      default: false,
      describe: 'heal every run with faults to undo',
    },
  },
  examples: [
    ['npm run heal -- --all', 'every run'],
    ['npm run heal -- 20260101-120000-project-shop', 'one run, even while it is in progress'],
  ],
  handle: async (values, output, backend) => {
    const log = (line: string) => output.tell(line)
    const runs = await chooseRuns(textOf(values, 'run'), values.all === true)
    const healed: object[] = []
    const problems: HarnessError[] = []
    if (runs.length > 0) {
      const engine = await backend.connect({ provision: false, log })
      for (const run of runs) {
        const result = await healRun(engine, { run, directory: join(runsRoot, run) })
        if (result === undefined) continue
        const { failed, ...rest } = result
        healed.push({ run, ...rest, failed: failed.map(({ message }) => message) })
        problems.push(...failed)
        if (!output.json) output.print(describeHealed(run, result))
      }
    }
    if (output.json) output.print(JSON.stringify({ healed }))
    else if (healed.length === 0) output.print('nothing to heal')
    if (problems.length > 0) throw problems[0]
    return exitCodes.pass
  },
}

async function chooseRuns(wanted: string | undefined, isAll: boolean): Promise<readonly string[]> {
  const undone = await findUndone(runsRoot)
  if (wanted !== undefined && isAll)
    throw badUsage('a run cannot be combined with --all', 'give one or the other')
  if (wanted !== undefined) {
    if (existsSync(join(runsRoot, wanted))) return [wanted]
    throw badUsage(`there is no run "${wanted}" in ${runsRoot}`, tellUndone(undone))
  }
  if (isAll || undone.length <= 1) return undone
  throw badUsage(`${undone.length} runs have faults to undo`, tellUndone(undone))
}

function tellUndone(undone: readonly string[]): string {
  return undone.length === 0
    ? 'no run has faults to undo'
    : `heal one of ${undone.join(', ')}, or all of them with --all`
}

function badUsage(message: string, next: string): HarnessError {
  return new HarnessError({ code: 'bad-usage', message, next })
}
