import { exitCodes, HarnessError } from '../../../model/errors.ts'
import type { FoundRun } from '../../../model/ports/backend.ts'
import { ownerState } from '../../session/owner.ts'
import { removeRun } from '../../session/remove-run.ts'
import { occupied } from '../../session/run-lock.ts'
import { textOf } from '../values.ts'
import type { Command } from './command.ts'

export const downCommand: Command = {
  usage: 'down [run]',
  describe: 'remove networks that were kept, or left by a crash',
  positionals: {
    run: 'the id of one run, which is removed even while in progress (default: all but a run in progress)',
  },
  options: {},
  examples: [
    ['npm run down', 'everything but a run in progress'],
    ['npm run down -- 20260101-120000-scale-20', 'one run, whatever its state'],
  ],
  handle: async (values, output, backend) => {
    const log = (line: string) => output.tell(line)
    const engine = await backend.connect({ provision: false, log })
    const runs = await chooseRuns(await engine.findRuns(), textOf(values, 'run'))
    const removed = []
    for (const found of runs) {
      log(`taking down ${found.run}`)
      const { instances, ...rest } = await removeRun(engine, found, log)
      removed.push({ run: found.run, containers: instances, ...rest })
    }
    if (output.json) output.print(JSON.stringify({ removed }))
    else if (removed.length === 0) output.print('nothing is up')
    else
      for (const { run, containers, networks } of removed)
        output.print(`${run}: ${containers} containers, ${networks} networks removed`)
    return exitCodes.pass
  },
}

async function chooseRuns(
  found: readonly FoundRun[],
  wanted: string | undefined,
): Promise<readonly FoundRun[]> {
  if (wanted !== undefined) {
    const run = found.find(candidate => candidate.run === wanted)
    if (run !== undefined) return [run]
    throw new HarnessError({
      code: 'no-such-run',
      message: `the engine has nothing of a run "${wanted}"; ${found.length === 0 ? 'there is none' : `there is ${found.map(({ run }) => run).join(', ')}`}`,
      next: 'leave the run out to remove every run that is not in progress',
    })
  }
  for (const run of found) {
    const state = await ownerState(run.directory)
    if (state === 'running' || state === 'elsewhere') throw occupied(run, state)
  }
  return found
}
