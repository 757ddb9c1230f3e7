import { networkOptions, scenarioOptions, seedOption } from '../options.ts'
import { play } from '../play.ts'
import { scenarioFrom, seedOf } from '../scenario-flags.ts'
import type { Command } from './command.ts'

export const upCommand: Command = {
  usage: 'up [file]',
  describe: 'bring a network up without load and leave it up',
  positionals: { file: 'a scenario, where options are not enough' },
  options: { ...scenarioOptions, ...seedOption, ...networkOptions },
  examples: [
    ['npm run up -- --nodes 8', '8 nodes to look at'],
    ['npm run down', 'and down again'],
  ],
  handle: async (values, output) => {
    const { scenario, text } = await scenarioFrom(values)
    const seed = seedOf(values)
    const repeat = () => ''
    return play({ scenario, scenarioText: text, seed, keep: true, until: 'ready', repeat }, values, output)
  },
}
