import type { Options } from 'yargs'
import type { ExitCode } from '../../../model/errors.ts'
import type { Backend } from '../../../model/ports/backend.ts'
import type { Output } from '../output/output.ts'

/** What yargs found, before anything is checked: options are text, so that messages can quote what was typed. */
export type Values = Readonly<Record<string, unknown>>

/** One verb of the command line. */
export interface Command {
  /** In the notation of yargs: `run <file>`. */
  readonly usage: string
  readonly describe: string
  readonly positionals: Readonly<Record<string, string>>
  readonly options: Readonly<Record<string, Options>>
  /** Pairs of a command line and what it does. */
  readonly examples: readonly [string, string][]
  /** @throws HarnessError for anything a person must mend */
  readonly handle: (values: Values, output: Output, backend: Backend) => Promise<ExitCode>
}
