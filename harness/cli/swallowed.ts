import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Options } from 'yargs'
import { HarnessError } from '../../model/errors.ts'
import { shellCommand } from '../shell-command.ts'
import { globalOptions } from './options.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Refuses a command of which npm took options for its own. `npm run chaos --dry-run -- --project shop` hands `--project shop` on alone,
 * and leaves `npm_config_dry_run` in the environment: without a look at it the faults would really happen.
 *
 * @throws HarnessError with the command as it was meant
 */
export function refuseSwallowed(
  argv: readonly string[],
  environment: Environment,
  options: Readonly<Record<string, Options>>,
): void {
  const script = environment.npm_lifecycle_event
  if (script === undefined) return
  const known = Object.entries({ ...globalOptions, ...options })
  const words = known.flatMap(([name, option]) => {
    const value = environment[variableOf(name)]
    return value === undefined || isSetOtherwise(name, environment) ? [] : wordsOf(name, option, value)
  })
  if (words.length === 0) return
  const flags = [...new Set(words.filter(word => word.startsWith('--')))].join(' and ')
  // Of all scripts but that one the command is a part.
  const typed = script === 'whiteout' ? argv.slice(0, 1) : []
  const meant = shellCommand(['npm', 'run', script, '--', ...typed, ...words, ...argv.slice(1)])
  throw new HarnessError({
    code: 'bad-usage',
    message: `npm consumed ${flags}, because it comes before --`,
    next: `put it after --: ${meant}`,
  })
}

/** `npm_config_dry_run` */
function variableOf(name: string): string {
  return `npm_config_${name.replaceAll('-', '_')}`
}

/** What was typed, as far as npm tells: an option without `=` loses its value, and comes again where it was given twice. */
function wordsOf(name: string, { type, default: usual }: Options, value: string): string[] {
  if (type === 'boolean') {
    const isOn = value !== '' && value !== 'false'
    if (isOn === usual) return []
    return [isOn ? `--${name}` : `--no-${name}`]
  }
  return value.split('\n\n').flatMap(each => [`--${name}`, each === 'true' || each === '' ? 'VALUE' : each])
}

/** Options that npm has as well, such as --json, may be settings of somebody's npm: of its files, or of the environment it was started in. */
function isSetOtherwise(name: string, environment: Environment): boolean {
  const setting = new RegExp(`^\\s*${name}\\s*(=|$)`, 'm')
  const { npm_config_userconfig: user, npm_config_globalconfig: everybody } = environment
  const project = environment.npm_config_local_prefix
  const files = [user, everybody, ...(project === undefined ? [] : [join(project, '.npmrc')])]
  const isInFile = files.some(file => file !== undefined && setting.test(read(file)))
  return isInFile || environment[variableOf(name).toUpperCase()] !== undefined
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
