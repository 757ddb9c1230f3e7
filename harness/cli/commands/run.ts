import { shellCommand } from '../../shell-command.ts'
import { keepOption, networkOptions, seedOption, sizeOptions } from '../options.ts'
import { play } from '../play.ts'
import { scenarioFrom, seedOf } from '../scenario-flags.ts'
import type { Command } from './command.ts'

export const runCommand: Command = {
  usage: 'run <file>',
  describe: 'run a scenario file and judge it',
  positionals: { file: 'the scenario, a TOML file' },
  options: { ...sizeOptions, ...seedOption, ...keepOption, ...networkOptions },
  examples: [
    ['npm run run -- scenarios/smoke/four-nodes.toml', 'the smallest network'],
    ['npm run run -- scenarios/chaos/ct-001.toml --nodes 100', 'a scenario at another size'],
  ],
  handle: async (values, output, backend) => {
    const { scenario, text } = await scenarioFrom(values, backend)
    const seed = seedOf(values)
    const { nodes, duration, warmup, system, image } = values
    // The rate is said always: what a machine can carry by default is another on the next one.
    const repeat = (rate: number) =>
      shellCommand([
        ...['npm', 'run', 'run', '--', fileArgument(String(values.file))],
        ...(system === undefined ? [] : ['--system', String(system)]),
        ...(image === undefined ? [] : ['--image', String(image)]),
        ...(nodes === undefined ? [] : ['--nodes', String(nodes)]),
        ...['--rate', rate],
        ...(duration === undefined ? [] : ['--duration', String(duration)]),
        ...(warmup === undefined ? [] : ['--warmup', String(warmup)]),
        ...['--seed', seed],
      ])
    const keep = values.keep === true
    return play(
      { scenario, scenarioText: text, seed, keep, until: 'judged', repeat },
      values,
      output,
      backend,
    )
  },
}

/** A file whose name begins with a dash would be taken for an option. */
function fileArgument(file: string): string {
  return file.startsWith('-') ? `./${file}` : file
}
