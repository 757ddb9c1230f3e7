import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { readFault } from '../../chaos/schedule/fault-text.ts'
import { HarnessError } from '../../model/errors.ts'
import type { Fault } from '../../model/fault.ts'
import type { Backend } from '../../model/ports/backend.ts'
import { defaultLoadMs, type Scenario, scenarioSchema, warmupProblem } from '../../model/scenario.ts'
import { type SystemTable, systemNames, systemSchema } from '../../model/system.ts'
import { payloadBytesMax } from '../../nodes/contract/limits.ts'
import { readScenario } from '../scenario/read.ts'
import { writeScenario } from '../scenario/write.ts'
import type { Values } from './commands/command.ts'
import { scenarioOptions, sizeOptions } from './options.ts'
import { badOption, choiceOf, durationOf, numberOf, textOf } from './values.ts'

const defaultNodes = 20
/** What a backend can carry, of whatever machine. */
type Limits = Pick<Backend, 'nodesMax'>
const hourMs = 3_600_000

/** The scenario that the options of `scale`, `plan` and `up` describe. */
export function scenarioOf(values: Values, limits: Limits): Scenario {
  const { nodes = defaultNodes, rate, duration, warmup } = sizeOf(values, limits)
  const settle = durationOf(values, 'settle', { minMs: 1000, maxMs: 24 * hourMs })
  refuseLongWarmup({ warmup, duration: duration ?? defaultLoadMs }, values)
  const scenario = scenarioSchema.parse({
    name: `scale-${nodes}`,
    description: `${nodes} nodes, from the command line`,
    nodes,
    ...withSystem(values),
    workload: defined({
      rate,
      duration: duration === undefined ? undefined : `${duration}ms`,
      warmup: warmup === undefined ? undefined : `${warmup}ms`,
      arrival: choiceOf(values, 'arrival', ['constant', 'poisson']),
      payloadBytes: numberOf(values, 'payload', { min: 0, max: payloadBytesMax, whole: true }),
      conflictShare: numberOf(values, 'conflicts', { min: 0, max: 1, whole: false }),
    }),
    settle: defined({ deadline: settle === undefined ? undefined : `${settle}ms` }),
  })
  return { ...scenario, faults: faultsOf(values) }
}

/**
 * The scenario of a file, at another size where options ask for one, or else what the options alone describe.
 * `text` is what reads back to it.
 *
 * @throws HarnessError when a file and options that it decides are given together
 */
export async function scenarioFrom(
  values: Values,
  limits: Limits,
): Promise<{ scenario: Scenario; text: string }> {
  if (values.file === undefined) {
    const scenario = scenarioOf(values, limits)
    return { scenario, text: writeScenario(scenario) }
  }
  refuseBoth(values)
  const written = await readScenario(String(values.file), limits)
  const { nodes = written.scenario.nodes, ...load } = sizeOf(values, limits)
  const workload = { ...written.scenario.workload, ...defined(load) }
  refuseLongWarmup(workload, values)
  const scenario = { ...written.scenario, ...withSystem(values, written.scenario.system), nodes, workload }
  return isDeepStrictEqual(scenario, written.scenario) ? written : { scenario, text: writeScenario(scenario) }
}

/** Where a file sets what these options do. */
const keysInFiles: Readonly<Record<string, string>> = {
  arrival: 'workload.arrival',
  payload: 'workload.payloadBytes',
  conflicts: 'workload.conflictShare',
  fault: '[[faults]]',
  settle: 'settle.deadline',
}

function refuseBoth(values: Values): void {
  const decided = Object.keys(scenarioOptions).filter(name => !(name in sizeOptions))
  const given = decided.filter(name => values[name] !== undefined)
  if (given.length === 0) return
  const keys = given.map(name => keysInFiles[name] ?? name)
  throw new HarnessError({
    code: 'bad-usage',
    message: `${given.map(name => `--${name}`).join(', ')} cannot be combined with a scenario file`,
    next: `set ${keys.join(', ')} in the file, or leave the file out and use options alone`,
  })
}

/** What the file says of a warm-up may be too long for a load that an option makes shorter. */
function refuseLongWarmup(workload: Pick<Scenario['workload'], 'warmup' | 'duration'>, values: Values): void {
  const problem = warmupProblem(workload)
  if (problem === undefined) return
  const key = values.warmup === undefined ? 'scenario.workload.warmup' : '--warmup'
  throw new HarnessError({
    code: 'bad-option',
    message: `${key}: ${problem}`,
    next: 'make it at most as long as the measured load (--duration), or turn it off with --warmup 0s',
  })
}

function sizeOf(values: Values, { nodesMax }: Limits) {
  const next = `ask for 4 to ${nodesMax}: fewer nodes tolerate no fault, and no network here has more`
  return {
    nodes: numberOf(values, 'nodes', { min: 4, max: nodesMax, whole: true, next }),
    rate: numberOf(values, 'rate', { min: 0.01, max: 100_000, whole: false }),
    duration: durationOf(values, 'duration', { minMs: 1000, maxMs: 168 * hourMs }),
    warmup: durationOf(values, 'warmup', { minMs: 0, maxMs: hourMs }),
  }
}

/** The system that options ask for; an image takes the place of the file's, which keeps the rest of its table. */
function withSystem(values: Values, written?: SystemTable): { system?: SystemTable } {
  const name = choiceOf(values, 'system', systemNames)
  const image = textOf(values, 'image')
  if (name !== undefined && image !== undefined)
    throw new HarnessError({
      code: 'bad-usage',
      message: `--system ${name} and --image ${image} cannot be combined: each names the system under test`,
      next: 'leave one of them out',
    })
  if (name !== undefined) return { system: { name } }
  if (image === undefined) return {}
  const result = systemSchema.safeParse({ image })
  if (!result.success) throw badOption('image', 'the name of an image, such as my-node:1', image)
  const { name: _, ...rest } = written ?? {}
  return { system: { ...rest, image } }
}

function faultsOf(values: Values): Fault[] {
  const texts = (values.fault ?? []) as readonly string[]
  return texts.map(text => {
    try {
      return readFault(text)
    } catch (error) {
      throw new HarnessError({
        code: 'bad-option',
        message: `--fault "${text}": ${(error as Error).message}`,
        next: 'write it as in --fault "kill any(3) at 20s for 10s" or --fault "partition halves for 20s"',
      })
    }
  })
}

/** The seed that was asked for, or a new one. */
export function seedOf(values: Values): string {
  const seed = textOf(values, 'seed')
  if (seed === undefined) return randomBytes(4).toString('hex')
  if (/^[\w.-]{1,64}$/.test(seed)) return seed
  throw new HarnessError({
    code: 'bad-option',
    message: `--seed: expected up to 64 letters, digits, dots, dashes or underscores, got "${seed}"`,
    next: 'leave it out for a new one',
  })
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
