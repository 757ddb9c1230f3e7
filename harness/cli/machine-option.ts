import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { HarnessError } from '../../model/errors.ts'
import { type Machine, machineSchema, readMachine } from '../../model/machine.ts'
import type { Values } from './commands/command.ts'
import { textOf } from './values.ts'

/**
 * The machine that --machine names: a file that contains one, or one written out; undefined when it was not given.
 * @throws HarnessError `bad-option`
 */
export async function machineOf(values: Values): Promise<Machine | undefined> {
  const text = textOf(values, 'machine')
  if (text === undefined) return undefined
  try {
    if (text.includes('=') && !existsSync(text)) return readMachine(text)
    const file = JSON.parse(await readFile(text, 'utf8')) as { machine?: unknown }
    return machineSchema.parse(file.machine ?? file)
  } catch (cause) {
    throw new HarnessError({
      code: 'bad-option',
      message: `--machine: expected a machine, got "${text}": ${reasonOf(cause)}`,
      next: 'pass the plan.json of a run, the output of npm run -s doctor -- --json, or the machine from a repeat line',
      cause,
    })
  }
}

/** The keys at fault, where the schema names them. */
function reasonOf(cause: unknown): string {
  const { issues, message } = cause as {
    issues?: { path: PropertyKey[]; message: string }[]
    message: string
  }
  const found = issues?.map(issue => [issue.path.join('.'), issue.message].filter(Boolean).join(': '))
  return found?.join('; ') ?? message
}
