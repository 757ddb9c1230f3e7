import { join, relative } from 'node:path'
import { readBehaviour } from '../../model/behaviour.ts'
import { type ExitCode, exitCodes, HarnessError } from '../../model/errors.ts'
import type { Verdict } from '../../model/verdict.ts'
import { affordableRate } from '../plan/budget.ts'
import { describeLadder, type Ladder, mainAttacks, mainFractions, planLadder } from '../plan/ladder.ts'
import { runCells } from '../run/cells.ts'
import { runsRoot, writeJson } from '../run/directory.ts'
import { listenForInterrupts } from '../run/interrupts.ts'
import { openSession } from '../run/session.ts'
import { writeScenario } from '../scenario/write.ts'
import type { Values } from './commands/command.ts'
import { ladderTable, type Rung, rungOf } from './output/ladder.ts'
import type { Output } from './output/output.ts'
import { createReporter } from './output/reporter.ts'
import { scenarioOf, seedOf } from './scenario-flags.ts'
import { numberOf, textOf } from './values.ts'

/** What a cell is given where the options leave it open: enough double-spends for those attacks that live on them. */
const cellDefaults = { duration: '10s', conflicts: '0.1' } as const

/** The default rate of other runs, over that of a cell. */
const restfulness = 4

/** Runs every attack with every share of the nodes on one network, and prints what came of it beside what theory expects. */
export async function playLadder(values: Values, output: Output): Promise<ExitCode> {
  const seed = seedOf(values)
  const scenario = scenarioOf({ ...cellDefaults, ...defined(values) })
  const driverPort = numberOf(values, 'driver-port', { min: 1, max: 65_535, whole: true })
  const attacks = attacksOf(values)
  const fractions = fractionsOf(values)
  const provision = values.provision !== false
  const reporter = createReporter(output)
  using interrupts = listenForInterrupts(line => reporter.line(line))
  await using session = await openSession({
    provision,
    signal: interrupts.stop,
    log: line => reporter.line(line),
  })
  const { engine, machine } = session
  // Far below what the machine can carry: what is compared is how long the protocol waits, not how long the queue for the cores is.
  const rate =
    scenario.workload.rate ?? Math.max(1, affordableRate(scenario.nodes, machine.cpus) / restfulness)
  const named = { ...scenario, name: `ladder-${scenario.nodes}`, workload: { ...scenario.workload, rate } }
  const ladder = planLadder({ scenario: named, seed, machine, attacks, fractions })
  reporter.line(`${describeLadder(ladder)}, seed ${seed}`)
  const rungs: Rung[] = []
  let base: Verdict | undefined
  const directory = await runCells(
    ladder.plan,
    ladder.cells,
    {
      ...{ engine, reporter, interrupts, runsRoot, driverPort, provision },
      repeat: `npm run byzantine -- --ladder --nodes ${scenario.nodes} --rate ${rate} --seed ${seed}`,
      // Its labels would be those of one cell.
      metrics: false,
      scenarioText: writeScenario(ladder.plan.scenario),
      keep: values.keep === true,
      until: 'judged',
    },
    (index, verdict) => {
      const cell = ladder.cells[index]!
      if (cell.byzantine === 0) base = verdict
      // The first one only warms the nodes up.
      if (index === 0) return
      const rung = rungOf(cell, verdict, base!)
      rungs.push(rung)
      reporter.line(describeRung(rung))
    },
  )
  await reporter.close()
  return conclude(ladder, rungs, directory, seed, output)
}

async function conclude(
  { plan, cells }: Ladder,
  rungs: readonly Rung[],
  directory: string,
  seed: string,
  output: Output,
): Promise<ExitCode> {
  const isAsExpected = rungs.length === cells.length - 1 && rungs.every(isExpected)
  const result = { schema: 1, seed, nodes: plan.nodes.length, directory, asExpected: isAsExpected, rungs }
  await writeJson(join(directory, 'ladder.json'), result, 1)
  if (output.json) output.print(JSON.stringify(result))
  else {
    const remarks = rungs.flatMap(rung =>
      rung.remarks.map(remark => `  ${rung.attack} ${Math.round(rung.fraction * 100)} %: ${remark}`),
    )
    output.print(`\n${ladderTable(rungs)}\n${remarks.join('\n')}`)
    output.print(
      `${isAsExpected ? 'all as theory expects' : 'not all as theory expects'}; evidence in ${relative(process.cwd(), directory)}/cells/, table in ladder.json`,
    )
  }
  if (!isAsExpected) return exitCodes.fail
  return rungs.every(({ seen }) => seen) ? exitCodes.pass : exitCodes.unknown
}

/** A violation is as expected only where theory has one. */
function isExpected({ outcome, expected, safe }: Rung): boolean {
  return outcome === expected && safe === (expected !== 'VIOLATED')
}

function describeRung(rung: Rung): string {
  const { attack, fraction, outcome, expected } = rung
  const ratios = rung.p95Ratio === null ? '' : `, p50 x${rung.p50Ratio}, p95 x${rung.p95Ratio}`
  return `${attack} ${Math.round(fraction * 100)} %: ${outcome} (expected ${expected})${ratios}`
}

function attacksOf(values: Values): readonly string[] {
  const text = textOf(values, 'attacks')
  if (text === undefined) return mainAttacks
  const attacks = text.split(/,(?![^(]*\))/).map(part => part.trim())
  for (const attack of attacks) {
    try {
      readBehaviour(attack)
    } catch (error) {
      throw bad('attacks', (error as Error).message)
    }
  }
  return attacks
}

function fractionsOf(values: Values): readonly number[] {
  const text = textOf(values, 'fractions')
  if (text === undefined) return mainFractions
  const fractions = text.split(',').map(Number)
  if (fractions.every(fraction => fraction > 0 && fraction < 1)) return fractions
  throw bad('fractions', `expected shares such as 0.1,0.3,0.33, got "${text}"`)
}

function bad(option: string, message: string): HarnessError {
  return new HarnessError({
    code: 'bad-option',
    message: `--${option}: ${message}`,
    next: 'leave it out for the ladder of six attacks and 10, 20, 30 and 33 %',
  })
}

function defined(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
