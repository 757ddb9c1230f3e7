import { randomBytes } from 'node:crypto'
import { readFault } from '../../chaos/fault-text.ts'
import { HarnessError } from '../../model/errors.ts'
import { type Scenario, scenarioSchema } from '../../model/scenario.ts'
import type { Values } from './commands/command.ts'
import { choiceOf, durationOf, numberOf, textOf } from './values.ts'

const defaultNodes = 20
const hourMs = 3_600_000

/** The scenario that the options of `scale`, `plan` and `up` describe. */
export function scenarioOf(values: Values): Scenario {
  const nodes =
    numberOf(values, 'nodes', {
      min: 4,
      max: 1000,
      whole: true,
      next: 'ask for 4 to 1000: fewer tolerate no faulty node, and a bridge network of the kernel has 1,023 ports',
    }) ?? defaultNodes
  const duration = durationOf(values, 'duration', { minMs: 1000, maxMs: 168 * hourMs })
  const settle = durationOf(values, 'settle', { minMs: 1000, maxMs: 24 * hourMs })
  return scenarioSchema.parse({
    name: `scale-${nodes}`,
    description: `${nodes} nodes, from the command line`,
    nodes,
    workload: defined({
      rate: numberOf(values, 'rate', { min: 0.01, max: 100_000, whole: false }),
      duration: duration === undefined ? undefined : `${duration}ms`,
      arrival: choiceOf(values, 'arrival', ['constant', 'poisson']),
      payloadBytes: numberOf(values, 'payload', { min: 0, max: 16_384, whole: true }),
      conflictShare: numberOf(values, 'conflicts', { min: 0, max: 1, whole: false }),
    }),
    faults: faultsOf(values),
    settle: defined({ deadline: settle === undefined ? undefined : `${settle}ms` }),
  })
}

/** Faults are read here for a message that names the option, and again with the scenario. */
function faultsOf(values: Values): unknown[] {
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
    next: 'leave it out to have one made',
  })
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
