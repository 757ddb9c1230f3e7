import { networkOptions, scenarioOptions, seedOption } from '../options.ts'
import { play } from '../play.ts'
import { scenarioFrom, seedOf } from '../scenario-flags.ts'
import type { Command } from './command.ts'

export const upCommand: Command = {
  usage: 'up [file]',
  describe: 'start a network without load and keep it running',
  positionals: { file: 'a scenario file (default: what the options describe)' },
  options: { ...scenarioOptions, ...seedOption, ...networkOptions },
  examples: [
    ['npm run up -- --nodes 8', '8 idle nodes'],
    ['npm run down', 'remove them'],
  ],
  handle: async (values, output, backend) => {
    const { scenario, text } = await scenarioFrom(values, backend)
    const seed = seedOf(values)
    const repeat = () => ''
    return play(
      { scenario, scenarioText: text, seed, keep: true, until: 'ready', repeat },
      values,
      output,
      backend,
    )
  },
}
