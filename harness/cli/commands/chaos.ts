import { type ExitCode, HarnessError } from '../../../model/errors.ts'
import type { Backend } from '../../../model/ports/backend.ts'
import type { Output } from '../output/output.ts'
import { playProject } from '../play-project.ts'
import { textOf } from '../values.ts'
import type { Command, Values } from './command.ts'
import { playOptions, scaleCommand } from './scale.ts'

export const chaosCommand: Command = {
  usage: 'chaos',
  describe: 'as scale, with faults during the load; each is verified when injected and when healed',
  positionals: {},
  options: {
    ...scaleCommand.options,
    project: {
      type: 'string',
      requiresArg: true,
      describe: 'inject faults into a running Compose project of your own; targets are its services',
    },
    'dry-run': {
      type: 'boolean',
      default: false,
      describe: 'with --project: show the faults without injecting them',
    },
  },
  examples: [
    [
      'npm run chaos -- --nodes 20 --fault "partition halves for 20s"',
      'two halves that cannot reach each other',
    ],
    [
      'npm run chaos -- --nodes 20 --duration 15m --fault "kill any(3) every 5m for 20s"',
      'three kills every five minutes',
    ],
    [
      'npm run chaos -- --nodes 8 --fault "isolate node-2 at 10s for 5s" --fault "pause any(1) for 5s"',
      'two faults',
    ],
    [
      'npm run chaos -- --project shop --fault "pause db for 10s" --fault "isolate web at 20s for 10s"',
      'faults on containers that Whiteout did not start',
    ],
  ],
  handle: async (values, output, backend) => {
    if (values.fault !== undefined) return playChaos(values, output, backend)
    throw new HarnessError({
      code: 'bad-usage',
      message: 'chaos needs at least one --fault',
      next: 'describe one, such as --fault "partition halves for 20s"; npm run chaos -- --help lists the kinds',
    })
  },
}

function playChaos(values: Values, output: Output, backend: Backend): Promise<ExitCode> {
  const project = textOf(values, 'project')
  if (project === undefined) {
    if (values['dry-run'] !== true) return playOptions('chaos', values, output, backend)
    throw new HarnessError({
      code: 'bad-usage',
      message: '--dry-run requires --project',
      next: 'use npm run plan for the schedule of a network that Whiteout starts',
    })
  }
  const foreign = Object.entries(scaleCommand.options).flatMap(([name, option]) =>
    ['fault', 'seed', 'duration'].includes(name) || values[name] === option.default ? [] : [name],
  )
  if (foreign.length === 0) return playProject(project, values, output, backend)
  throw new HarnessError({
    code: 'bad-usage',
    message: `${foreign.map(name => `--${name}`).join(', ')} cannot be combined with --project, which has its own containers and load`,
    next: 'leave it out; --project takes --fault, --duration, --seed and --dry-run',
  })
}
