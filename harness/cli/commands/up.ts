import { readScenario } from '../../scenario/read.ts'
import { writeScenario } from '../../scenario/write.ts'
import { metricsOption, networkOptions, scenarioOptions, seedOption } from '../options.ts'
import { play } from '../play.ts'
import { scenarioOf, seedOf } from '../scenario-flags.ts'
import type { Command } from './command.ts'
import { refuseBoth } from './plan.ts'

export const upCommand: Command = {
  usage: 'up [file]',
  describe: 'bring a network up without load and leave it up',
  positionals: { file: 'a scenario, where options are not enough' },
  options: { ...scenarioOptions, ...seedOption, ...networkOptions, ...metricsOption },
  examples: [
    ['npm run up -- --nodes 8', '8 nodes to look at'],
    ['npm run down', 'and down again'],
  ],
  handle: async (values, output) => {
    refuseBoth(values)
    const seed = seedOf(values)
    const { scenario, text } =
      values.file === undefined ? flags(values) : await readScenario(String(values.file))
    const repeat = () => ''
    return play({ scenario, scenarioText: text, seed, keep: true, until: 'ready', repeat }, values, output)
  },
}

function flags(values: Parameters<typeof scenarioOf>[0]) {
  const scenario = scenarioOf(values)
  return { scenario, text: writeScenario(scenario) }
}
