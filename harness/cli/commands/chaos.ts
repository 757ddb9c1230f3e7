import { type ExitCode, HarnessError } from '../../../model/errors.ts'
import type { Output } from '../output/output.ts'
import { playProject } from '../play-project.ts'
import { textOf } from '../values.ts'
import type { Command, Values } from './command.ts'
import { playOptions, scaleCommand } from './scale.ts'

export const chaosCommand: Command = {
  usage: 'chaos',
  describe: 'as scale, and faults happen while the load lasts; each is measured to have happened and healed',
  positionals: {},
  options: {
    ...scaleCommand.options,
    project: {
      type: 'string',
      requiresArg: true,
      describe:
        'a running Compose project of your own instead of a network: faults only, by the names of its services',
    },
    'dry-run': {
      type: 'boolean',
      default: false,
      describe: 'with --project: show what would be done, and do nothing',
    },
  },
  examples: [
    [
      'npm run chaos -- --nodes 20 --fault "partition halves for 20s"',
      'two halves that do not hear each other',
    ],
    [
      'npm run chaos -- --nodes 20 --duration 15m --fault "kill any(3) every 5m for 20s"',
      'kills, again and again',
    ],
    [
      'npm run chaos -- --nodes 8 --fault "isolate node-2 at 10s for 5s" --fault "pause any(1) for 5s"',
      'two faults',
    ],
    [
      'npm run chaos -- --project shop --fault "pause db for 10s" --fault "isolate web at 20s for 10s"',
      'on containers that somebody else started',
    ],
  ],
  handle: async (values, output) => {
    if (values.fault !== undefined) return playChaos(values, output)
    throw new HarnessError({
      code: 'bad-usage',
      message: '--fault: no fault was given',
      next: 'say what is to happen, such as --fault "partition halves for 20s"; npm run chaos -- --help shows more',
    })
  },
}

function playChaos(values: Values, output: Output): Promise<ExitCode> {
  const project = textOf(values, 'project')
  if (project === undefined) {
    if (values['dry-run'] !== true) return playOptions('chaos', values, output)
    throw new HarnessError({
      code: 'bad-usage',
      message: '--dry-run: only with --project',
      next: 'npm run plan shows what a network of our own would go through',
    })
  }
  const foreign = Object.entries(scaleCommand.options).flatMap(([name, option]) =>
    ['fault', 'seed', 'duration'].includes(name) || values[name] === option.default ? [] : [name],
  )
  if (foreign.length === 0) return playProject(project, values, output)
  throw new HarnessError({
    code: 'bad-usage',
    message: `${foreign.map(name => `--${name}`).join(', ')}: not beside --project, whose containers and load are its own`,
    next: 'leave it out; --fault, --duration, --seed and --dry-run are for both',
  })
}
