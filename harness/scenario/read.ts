import { readFile } from 'node:fs/promises'
import { parse, TomlError } from 'smol-toml'
import { HarnessError } from '../../model/errors.ts'
import type { Backend } from '../../model/ports/backend.ts'
import { type Scenario, scenarioSchema } from '../../model/scenario.ts'
import { describeIssues } from './issues.ts'
import { lineOf } from './line.ts'
import { writtenNumber } from './written-number.ts'

/** Most problems that one message lists: after those, mending the first ones comes first anyway. */
const listedIssues = 10

/** What a backend can carry, of whatever machine. */
type Limits = Pick<Backend, 'nodesMax'>
const unlimited: Limits = { nodesMax: Number.MAX_SAFE_INTEGER }

/**
 * Reads a scenario file.
 * @throws HarnessError `scenario-file` when it cannot be read, else as parseScenario
 */
export async function readScenario(
  file: string,
  limits: Limits,
): Promise<{ readonly scenario: Scenario; readonly text: string }> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new HarnessError({
      code: 'scenario-file',
      message: `the scenario file ${file} cannot be read: ${cause.code === 'ENOENT' ? 'there is no such file' : cause.message}`,
      next: 'give the path of a TOML file, such as scenarios/smoke/four-nodes.toml',
      cause,
    })
  })
  return { scenario: parseScenario(text, file, limits), text }
}

/**
 * Turns TOML into a scenario with every default filled in.
 * @param source the name that messages give the text, such as its path
 * @throws HarnessError `scenario-toml` or `scenario-invalid`, with the line where it is known
 */
export function parseScenario(text: string, source: string, limits = unlimited): Scenario {
  const locate = (path: readonly PropertyKey[]) => {
    const line = lineOf(text, path)
    return line === undefined ? source : `${source}:${line}`
  }
  return checkScenario(parseToml(text, source), locate, {
    limits,
    writtenAs: (path, value) => writtenNumber(text, path, value),
  })
}

/**
 * Checks data that is to become a scenario.
 * @param locate names the place of a path for messages
 * @param options.writtenAs how a value stands in the text it was read from, where that is another way than JSON has it
 */
export function checkScenario(
  input: unknown,
  locate: (path: readonly PropertyKey[]) => string | undefined,
  options: {
    readonly limits?: Limits
    readonly writtenAs?: (path: readonly PropertyKey[], value: unknown) => string | undefined
  } = {},
): Scenario {
  const { limits = unlimited, writtenAs } = options
  const schema = scenarioSchema.extend({ nodes: scenarioSchema.shape.nodes.max(limits.nodesMax) })
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const lines = describeIssues(result.error.issues, input, schema, writtenAs).map(({ path, message }) => {
    const place = locate(path)
    return place === undefined ? message : `${message} (${place})`
  })
  throw new HarnessError({
    code: 'scenario-invalid',
    message: lines.slice(0, listedIssues).join('\n'),
    next: 'correct it and try again; docs/scenarios.md lists every key with its default',
  })
}

function parseToml(text: string, source: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    const [reason] = cause.message.split('\n')
    throw new HarnessError({
      code: 'scenario-toml',
      message: `${reason} (${source}:${cause.line}:${cause.column})\n${cause.codeblock.trimEnd()}`,
      next: 'correct the TOML and try again',
      cause,
    })
  }
}
