import yargs from 'yargs'
import { type ExitCode, exitCodes } from '../../model/errors.ts'
import type { Backend } from '../../model/ports/backend.ts'
import { runsRoot } from '../records/directory.ts'
import { explainTrouble } from '../run/explain.ts'
import { packageVersion } from '../run/machine.ts'
import { byzantineCommand } from './commands/byzantine.ts'
import { chaosCommand } from './commands/chaos.ts'
import { checkCommand } from './commands/check.ts'
import type { Command } from './commands/command.ts'
import { compareCommand } from './commands/compare.ts'
import { doctorCommand } from './commands/doctor.ts'
import { downCommand } from './commands/down.ts'
import { healCommand } from './commands/heal.ts'
import { planCommand } from './commands/plan.ts'
import { recoveryCommand } from './commands/recovery.ts'
import { reportCommand } from './commands/report.ts'
import { runCommand } from './commands/run.ts'
import { scaleCommand } from './commands/scale.ts'
import { simulateCommand } from './commands/simulate.ts'
import { upCommand } from './commands/up.ts'
import { globalOptions } from './options.ts'
import { printFailure } from './output/failure.ts'
import { createOutput, type Streams } from './output/output.ts'
import { refuseSwallowed } from './swallowed.ts'
import { explainUsage } from './usage.ts'

const commands: readonly Command[] = [
  scaleCommand,
  chaosCommand,
  byzantineCommand,
  recoveryCommand,
  runCommand,
  simulateCommand,
  planCommand,
  upCommand,
  downCommand,
  healCommand,
  checkCommand,
  reportCommand,
  compareCommand,
  doctorCommand,
]

const exitCodeHelp =
  'Exit codes: 0 pass, 1 fail, 2 unknown, 64 bad input, 69 engine or machine unfit, 70 internal error, 130 interrupted'

/**
 * Parses the command line, runs the command and returns its exit code. Never throws and never ends the process.
 * @param environment where npm leaves options that it took for its own
 */
export async function runCli(
  argv: readonly string[],
  streams: Streams,
  backend: Backend,
  environment: NodeJS.ProcessEnv = {},
): Promise<ExitCode> {
  const output = createOutput(streams, { json: argv.includes('--json'), quiet: argv.includes('--quiet') })
  try {
    refuseSwallowed(argv, environment, commandOf(argv)?.options ?? {})
    return await parseAndDo(argv, output, backend)
  } catch (error) {
    return printFailure(output, explainTrouble(error as Error, runsRoot))
  }
}

async function parseAndDo(
  argv: readonly string[],
  output: ReturnType<typeof createOutput>,
  backend: Backend,
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.pass
  const parser = yargs()
    .scriptName('npm run whiteout --')
    .usage('npm run whiteout -- COMMAND [options], or npm run COMMAND -- [options] for all but check')
    .options(globalOptions)
    .strict()
    .recommendCommands()
    .demandCommand(1, 'a command is missing')
    .version(await packageVersion())
    .help()
    .alias('help', 'h')
    .wrap(110)
    .epilogue(exitCodeHelp)
    .exitProcess(false)
    .fail((message, error) => {
      // yargs has errors of its own for what it cannot parse; others come out of a command.
      throw error === undefined || error.name === 'YError'
        ? explainUsage(message, argv, optionsOf(argv))
        : error
    })
  for (const command of commands) {
    parser.command(
      command.usage,
      command.describe,
      builder => {
        builder.options(command.options).example([...command.examples])
        for (const [name, describe] of Object.entries(command.positionals))
          builder.positional(name, { type: 'string', describe })
      },
      async values => {
        exitCode = await command.handle(values, output, backend)
      },
    )
  }
  await parser.parseAsync([...argv], {}, (_error, _values, text) => {
    if (text) output.print(text)
  })
  return exitCode
}

function commandOf(argv: readonly string[]): Command | undefined {
  return commands.find(({ usage }) => usage.split(' ')[0] === argv[0])
}

/** The options that the command in `argv` knows, for suggestions. */
function optionsOf(argv: readonly string[]): readonly string[] {
  return [
    ...Object.keys(globalOptions),
    ...Object.keys(commandOf(argv)?.options ?? {}),
    'no-provision',
    'no-metrics',
    'help',
    'version',
  ]
}
