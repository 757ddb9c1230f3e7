import { HarnessError } from '../../model/errors.ts'
import { nearest } from '../scenario/nearest.ts'
import { shellWord } from '../shell-command.ts'

/** Turns yargs' word about a command line it cannot use into one with a next step. */
export function explainUsage(
  message: string,
  argv: readonly string[],
  known: readonly string[],
): HarnessError {
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1]?.split(', ') ?? []
  const flag = argv.find(argument => unknown.some(name => isFlag(argument, name)))
  if (flag !== undefined) return unknownOption(flagName(flag), argv, known)
  const [word] = unknown
  if (word !== undefined) return unknownArgument(word, argv)
  const meant = /^Did you mean (.+)\?$/.exec(message)?.[1]
  if (meant !== undefined) {
    return usageError(
      `unknown command "${argv[0]}"; did you mean ${meant}?`,
      `npm run whiteout -- ${meant} --help`,
    )
  }
  const valueless = /^Not enough arguments following: (.+)$/.exec(message)?.[1]
  if (valueless !== undefined)
    return usageError(`--${valueless}: expected a value, got nothing`, helpOf(argv))
  if (/^Not enough non-option arguments/.test(message)) {
    return usageError(`${argv[0]}: an argument is missing`, helpOf(argv))
  }
  return usageError(message.trim(), argv.length === 0 ? 'npm run whiteout -- --help' : helpOf(argv))
}

function unknownOption(flag: string, argv: readonly string[], known: readonly string[]): HarnessError {
  const meant = nearest(flag, known)
  return usageError(
    `unknown option --${flag}${meant === undefined ? '' : `; did you mean --${meant}?`}`,
    helpOf(argv),
  )
}

function unknownArgument(word: string, argv: readonly string[]): HarnessError {
  return new HarnessError({
    code: 'bad-usage',
    message: `unknown argument "${word}"`,
    next:
      word === argv[0]
        ? 'list the commands: npm run whiteout -- --help'
        : `npm consumes options that come before --; put them after it: npm run ${shellWord(String(argv[0]))} -- --OPTION VALUE`,
  })
}

function usageError(message: string, help: string): HarnessError {
  return new HarnessError({ code: 'bad-usage', message, next: `see the usage: ${help}` })
}

function helpOf(argv: readonly string[]): string {
  const command = argv[0]?.startsWith('-') === false ? `${shellWord(argv[0])} ` : ''
  return `npm run whiteout -- ${command}--help`
}

/** `--rate=5` is `rate`. */
function flagName(argument: string): string {
  return argument.replace(/^-+/, '').split('=')[0]!
}

/** yargs names an option without its `no-` and in camel case as well. */
function isFlag(argument: string, name: string): boolean {
  if (!argument.startsWith('-')) return false
  const given = flagName(argument)
  const plain = given.replace(/^no-/, '')
  return [given, plain, camelCase(given), camelCase(plain)].includes(name)
}

function camelCase(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
