import { HarnessError } from '../../../model/errors.ts'
import { referenceSpeeds } from '../../plan/cost-constants.ts'
import { resolve } from '../../plan/resolve.ts'
import { runsRoot } from '../../records/directory.ts'
import { simulateRun } from '../../run/simulate-run.ts'
import { shellCommand } from '../../shell-command.ts'
import { systemOf } from '../../systems/index.ts'
import { machineOf } from '../machine-option.ts'
import { machineOption, scenarioOptions, seedOption } from '../options.ts'
import { createReporter } from '../output/reporter.ts'
import { summarize } from '../output/summary.ts'
import { verdictCodes } from '../play.ts'
import { scenarioFrom, seedOf } from '../scenario-flags.ts'
import type { Command, Values } from './command.ts'

const fileOption = {
  scenario: { type: 'string', requiresArg: true, describe: 'the scenario file, in place of [file]' },
} as const

/** What virtual nodes are planned for: a plan does not depend on the machine that simulates it. */
const virtualMachine = { cores: 2, speeds: referenceSpeeds } as const

export const simulateCommand: Command = {
  usage: 'simulate [file]',
  describe: 'play a scenario in virtual time, without containers, and judge it',
  positionals: { file: 'a scenario file (default: what the options describe)' },
  options: { ...fileOption, ...scenarioOptions, ...seedOption, ...machineOption },
  examples: [
    [
      'npm run simulate -- --nodes 50 --rate 20 --seed one',
      '50 virtual nodes; the same seed gives the same run',
    ],
    ['npm run simulate -- scenarios/chaos/ct-001.toml', 'a scenario in virtual time'],
  ],
  handle: async (given, output, backend) => {
    const values = { ...given, file: given.file ?? given.scenario }
    const { scenario, text } = await scenarioFrom(values, backend)
    if (systemOf(scenario).name !== 'reference') throw notSimulated(systemOf(scenario).name)
    const seed = seedOf(values)
    const plan = resolve(scenario, seed, (await machineOf(values)) ?? virtualMachine)
    const reporter = createReporter(output)
    const repeat = repeatOf(values, seed)
    const simulated = await simulateRun(plan, { runsRoot, scenarioText: text, repeat, reporter })
    await reporter.close()
    const { verdict, directory, digest } = simulated
    if (output.json) output.print(JSON.stringify({ ...verdict, directory, digest }))
    else output.print(`${summarize(verdict, plan, directory, repeat)}\ndigest   ${digest}`)
    return verdictCodes[verdict.verdict]
  },
}

/** The command line that gives the same digest. */
function repeatOf({ file, ...values }: Values, seed: string): string {
  const options = Object.keys({ ...scenarioOptions, ...machineOption }).flatMap(name => {
    const given = values[name]
    const all = given === undefined ? [] : [given].flat()
    return all.flatMap(value => [`--${name}`, String(value)])
  })
  const files = file === undefined ? [] : [String(file)]
  return shellCommand(['npm', 'run', 'simulate', '--', ...files, ...options, '--seed', seed])
}

function notSimulated(system: string): HarnessError {
  return new HarnessError({
    code: 'not-simulated',
    message: `virtual time cannot show the system ${system}`,
    next: 'run it in containers',
  })
}
