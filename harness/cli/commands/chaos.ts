import { HarnessError } from '../../../model/errors.ts'
import type { Command } from './command.ts'
import { playOptions, scaleCommand } from './scale.ts'

export const chaosCommand: Command = {
  usage: 'chaos',
  describe: 'as scale, and faults happen while the load lasts; each is measured to have happened and healed',
  positionals: {},
  options: scaleCommand.options,
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
  ],
  handle: async (values, output) => {
    if (values.fault !== undefined) return playOptions('chaos', values, output)
    throw new HarnessError({
      code: 'bad-usage',
      message: '--fault: no fault was given',
      next: 'say what is to happen, such as --fault "partition halves for 20s"; npm run chaos -- --help shows more',
    })
  },
}
