import { type ExitCode, exitCodes, HarnessError } from '../../../model/errors.ts'
import { worst } from '../../../model/verdict.ts'
import { type ComparisonRow, compareRules } from '../../compare-rules/compare.ts'
import { type Comparison, phasesOf } from '../../compare-rules/phases.ts'
import { type NamedRule, namedRules } from '../../compare-rules/rules.ts'
import { comparisonTable } from '../../compare-rules/table.ts'
import { resolve } from '../../plan/resolve.ts'
import { runsRoot } from '../../run/directory.ts'
import { listenForInterrupts } from '../../run/interrupts.ts'
import { runScenario } from '../../run/run.ts'
import { openSession } from '../../run/session.ts'
import { writeScenario } from '../../scenario/write.ts'
import { networkOptions, scenarioOptions, seedOption } from '../options.ts'
import type { Output } from '../output/output.ts'
import { createReporter } from '../output/reporter.ts'
import { seedOf } from '../scenario-flags.ts'
import { durationOf, numberOf, textOf } from '../values.ts'
import type { Command, Values } from './command.ts'

const defaultRules = 'census,lock-votes,tau-0.39,20/15/15/20'
const defaultFractions = '0,0.1,0.2,0.3,0.33'

export const compareRulesCommand: Command = {
  usage: 'compare-rules',
  describe:
    'run several consensus rules with ever more silent nodes, and print what they do beside what theory expects',
  positionals: {},
  options: {
    nodes: scenarioOptions.nodes,
    rate: { ...scenarioOptions.rate, describe: 'transactions per second (default 10)' },
    rules: {
      type: 'string',
      requiresArg: true,
      describe: `rules: ${namedRules.map(({ name }) => name).join(', ')} (default ${defaultRules})`,
    },
    fractions: {
      type: 'string',
      requiresArg: true,
      describe: `shares of the nodes that are silent (default ${defaultFractions})`,
    },
    phase: { type: 'string', requiresArg: true, describe: 'how long each share lasts (default 20s)' },
    ...seedOption,
    ...networkOptions,
  },
  examples: [
    [
      'npm run compare-rules -- --nodes 20',
      'the census, lock votes, tau 0.39 and the defaults of avalanchego',
    ],
    ['npm run compare-rules -- --nodes 8 --rules census,5/4/4/5 --fractions 0,0.25', 'a small one'],
  ],
  handle: (values, output) => compare(values, output),
}

async function compare(values: Values, output: Output): Promise<ExitCode> {
  const comparison: Comparison = {
    nodes: numberOf(values, 'nodes', { min: 4, max: 1000, whole: true }) ?? 20,
    fractions: fractionsOf(textOf(values, 'fractions') ?? defaultFractions),
    phaseMs: durationOf(values, 'phase', { minMs: 4000, maxMs: 3_600_000 }) ?? 20_000,
    rate: numberOf(values, 'rate', { min: 0.01, max: 100_000, whole: false }) ?? 10,
  }
  const rules = rulesOf(textOf(values, 'rules') ?? defaultRules)
  const seed = seedOf(values)
  const driverPort = numberOf(values, 'driver-port', { min: 1, max: 65_535, whole: true })
  const provision = values.provision !== false
  const metrics = values.metrics !== false
  const repeat = `npm run compare-rules -- --nodes ${comparison.nodes} --rules ${rules.map(({ name }) => name).join()} --seed ${seed}`
  const reporter = createReporter(output)
  using interrupts = listenForInterrupts(line => reporter.line(line))
  const log = (line: string) => reporter.line(line)
  await using session = await openSession({ provision, signal: interrupts.stop, log })
  const rows = await compareRules(rules, comparison, async scenario => {
    const plan = resolve(scenario, seed, session.machine)
    log(`${scenario.name}: ${scenario.nodes} nodes, seed ${seed}, ${phasesOf(comparison).length} phases`)
    const options = {
      reporter,
      interrupts,
      runsRoot,
      driverPort,
      provision,
      keep: false,
      metrics,
      repeat,
    } as const
    const performed = { ...options, engine: session.engine, scenarioText: writeScenario(scenario) }
    return { plan, outcome: await runScenario(plan, { ...performed, until: 'judged' }) }
  })
  await reporter.close()
  output.print(output.json ? JSON.stringify({ seed, rows }) : `\n${comparisonTable(rows)}`)
  return interrupts.stop.aborted ? exitCodes.interrupted : exitCodeOf(rows)
}

function exitCodeOf(rows: readonly ComparisonRow[]): ExitCode {
  const verdict = worst(rows.map(row => row.verdict))
  return verdict === 'pass' ? exitCodes.pass : verdict === 'fail' ? exitCodes.fail : exitCodes.unknown
}

function rulesOf(text: string): NamedRule[] {
  return text.split(',').map(name => {
    const rule = namedRules.find(each => each.name === name.trim())
    if (rule) return rule
    throw bad('rules', `some of ${namedRules.map(each => each.name).join(', ')}`, name)
  })
}

function fractionsOf(text: string): number[] {
  return text.split(',').map(part => {
    const fraction = Number(part)
    if (part.trim() !== '' && fraction >= 0 && fraction < 1) return fraction
    throw bad('fractions', 'shares from 0 to below 1, such as 0,0.1,0.33', part)
  })
}

function bad(option: string, expected: string, got: string): HarnessError {
  return new HarnessError({
    code: 'bad-option',
    message: `--${option}: expected ${expected}, got "${got}"`,
    next: 'npm run compare-rules -- --help shows an example',
  })
}
