import { type ExitCode, exitCodes } from '../../model/errors.ts'
import { writeMachine } from '../../model/machine.ts'
import type { Backend } from '../../model/ports/backend.ts'
import { type ComparisonRow, compareRules, verdictOf } from '../compare-rules/compare.ts'
import { type Comparison, phasesOf, silentCount } from '../compare-rules/phases.ts'
import { repeatOf } from '../compare-rules/repeat.ts'
import { type NamedRule, namedRules } from '../compare-rules/rules.ts'
import { comparisonTable } from '../compare-rules/table.ts'
import { resolve } from '../plan/resolve.ts'
import { runsRoot } from '../records/directory.ts'
import { listenForInterrupts } from '../run/interrupts.ts'
import { runScenario } from '../run/run.ts'
import { writeScenario } from '../scenario/write.ts'
import { openSession } from '../session/session.ts'
import type { Command, Values } from './commands/command.ts'
import { machineOf } from './machine-option.ts'
import type { Output } from './output/output.ts'
import { createReporter } from './output/reporter.ts'
import { verdictCodes } from './play.ts'
import { seedOf } from './scenario-flags.ts'
import { badOption, durationOf, noNode, numberOf, sharesOf, textOf } from './values.ts'

const defaultRules = 'census,lock-votes,tau-0.39,20/15/15/20'
const defaultFractions = [0, 0.1, 0.2, 0.3, 0.33]

/** Options of the comparison beside those of the command it belongs to. */
export const comparisonOptions = {
  'compare-rules': {
    type: 'boolean',
    default: false,
    describe: 'run consensus rules with a growing share of silent nodes, and compare them with theory',
  },
  rules: {
    type: 'string',
    requiresArg: true,
    describe: `with --compare-rules: ${namedRules.map(({ name }) => name).join(', ')} (default ${defaultRules})`,
  },
  phase: {
    type: 'string',
    requiresArg: true,
    describe: 'with --compare-rules: how long each share lasts (default 20s)',
  },
} as const satisfies Command['options']

/** Runs several rules, each once through ever more silent nodes, and prints what they do beside what theory expects. */
export async function playComparison(values: Values, output: Output, backend: Backend): Promise<ExitCode> {
  const nodes = numberOf(values, 'nodes', { min: 4, max: backend.nodesMax, whole: true }) ?? 20
  const comparison: Comparison = {
    nodes,
    fractions: fractionsOf(values, nodes),
    phaseMs: durationOf(values, 'phase', { minMs: 4000, maxMs: 3_600_000 }) ?? 20_000,
    rate: numberOf(values, 'rate', { min: 0.01, max: 100_000, whole: false }) ?? 10,
  }
  const rules = rulesOf(textOf(values, 'rules') ?? defaultRules)
  const seed = seedOf(values)
  const driverPort = numberOf(values, 'driver-port', { min: 1, max: 65_535, whole: true })
  const provision = values.provision !== false
  const metrics = values.metrics !== false
  const reporter = createReporter(output)
  using interrupts = listenForInterrupts(line => reporter.line(line))
  const log = (line: string) => reporter.line(line)
  await using session = await openSession(backend, {
    ...{ provision, signal: interrupts.stop, log },
    machine: await machineOf(values),
  })
  const repeat = `${repeatOf(comparison, rules, seed)} --machine ${writeMachine(session.machine)}`
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
  const verdict = verdictOf(rows)
  output.print(
    output.json
      ? JSON.stringify({ seed, verdict, rows, repeat })
      : `\n${comparisonTable(rows)}\n\n${endingOf(rows)}\n  repeat  ${repeat}`,
  )
  return interrupts.stop.aborted ? exitCodes.interrupted : verdictCodes[verdict]
}

/** Says with its first line what is not as theory expects, because the verdicts of the runs know nothing of it. */
function endingOf(rows: readonly ComparisonRow[]): string {
  const other = rows.filter(({ asTheory }) => asTheory === 'fail')
  if (other.length === 0) return `verdict ${verdictOf(rows)}`
  const lines = other.map(({ rule, silent, outcome, final, submitted, expectedRounds }) => {
    const theory = expectedRounds === null ? 'never' : `${Math.round(expectedRounds)} rounds`
    return `  ${rule} with ${silent} silent: ${outcome} (${final} of ${submitted} final) where theory expects ${theory}`
  })
  return [`verdict ${verdictOf(rows)}: some outcomes differ from theory`, ...lines].join('\n')
}

/** Of the default ones those that are some node; one that was asked for and is none is refused. */
function fractionsOf(values: Values, nodes: number): readonly number[] {
  const isSome = (share: number) => share === 0 || silentCount(share, nodes) > 0
  const asked = sharesOf(values, 'fractions')
  const none = asked?.find(share => !isSome(share))
  if (none !== undefined) throw noNode('fractions', none, nodes)
  return asked ?? defaultFractions.filter(isSome)
}

function rulesOf(text: string): NamedRule[] {
  return text.split(',').map(name => {
    const rule = namedRules.find(each => each.name === name.trim())
    if (rule) return rule
    throw badOption('rules', `one or more of ${namedRules.map(each => each.name).join(', ')}`, name)
  })
}
