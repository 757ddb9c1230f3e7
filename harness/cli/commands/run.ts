import { readScenario } from '../../scenario/read.ts'
import { keepOption, metricsOption, networkOptions, seedOption } from '../options.ts'
import { play } from '../play.ts'
import { seedOf } from '../scenario-flags.ts'
import type { Command } from './command.ts'

export const runCommand: Command = {
  usage: 'run <file>',
  describe: 'play a scenario file and judge the run',
  positionals: { file: 'the scenario, a TOML file' },
  options: { ...seedOption, ...keepOption, ...networkOptions, ...metricsOption },
  examples: [['npm run run -- scenarios/smoke/four-nodes.toml', 'the smallest network']],
  handle: async (values, output) => {
    const file = String(values.file)
    const { scenario, text } = await readScenario(file)
    const seed = seedOf(values)
    const repeat = () => `npm run run -- ${file} --seed ${seed}`
    return play(
      { scenario, scenarioText: text, seed, keep: values.keep === true, until: 'judged', repeat },
      values,
      output,
    )
  },
}
