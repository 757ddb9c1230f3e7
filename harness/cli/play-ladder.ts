import { relative } from 'node:path'
import type { ExitCode } from '../../model/errors.ts'
import { describeAttack, expectationOfRung, nameOfRung, type Rung, resultOfRung } from '../../model/ladder.ts'
import { type Machine, writeMachine } from '../../model/machine.ts'
import type { Backend } from '../../model/ports/backend.ts'
import type { Scenario } from '../../model/scenario.ts'
import type { Outcome, Verdict } from '../../model/verdict.ts'
import { describeLadder, mainAttacks, mainFractions, planLadder } from '../plan/ladder.ts'
import { resolve } from '../plan/resolve.ts'
import { runsRoot } from '../records/directory.ts'
import { ladderTable } from '../report/ladder-table.ts'
import { reportFiles } from '../report/write.ts'
import { runCells } from '../run/cells.ts'
import { listenForInterrupts } from '../run/interrupts.ts'
import type { Watchers } from '../run/run.ts'
import { reportStage } from '../run/stages/report.ts'
import { writeScenario } from '../scenario/write.ts'
import { openSession } from '../session/session.ts'
import { shellCommand } from '../shell-command.ts'
import { byzantineCount } from '../theory/outcome.ts'
import type { Values } from './commands/command.ts'
import { machineOf } from './machine-option.ts'
import { rungOf } from './output/ladder.ts'
import type { Output } from './output/output.ts'
import { createReporter } from './output/reporter.ts'
import { describeMetrics, pathsOf } from './output/summary.ts'
import { verdictCodes } from './play.ts'
import { type LadderResult, recordLadder } from './record-ladder.ts'
import { scenarioOf, seedOf } from './scenario-flags.ts'
import { badOption, behaviourOf, noNode, numberOf, sharesOf, textOf } from './values.ts'

/** What a cell is given where the options leave it open: enough double-spends for those attacks that live on them. */
const cellDefaults = { duration: '10s', conflicts: '0.1' } as const

/** The default rate of other runs, over that of a cell. */
const restfulness = 4

/** Runs every attack with every share of the nodes on one network, and prints what came of it beside what theory expects. */
export async function playLadder(values: Values, output: Output, backend: Backend): Promise<ExitCode> {
  const seed = seedOf(values)
  const scenario = scenarioOf({ ...cellDefaults, ...defined(values) }, backend)
  const driverPort = numberOf(values, 'driver-port', { min: 1, max: 65_535, whole: true })
  const attacks = attacksOf(values)
  const fractions = fractionsOf(values, scenario)
  const provision = values.provision !== false
  const reporter = createReporter(output)
  using interrupts = listenForInterrupts(line => reporter.line(line))
  await using session = await openSession(backend, {
    provision,
    signal: interrupts.stop,
    log: line => reporter.line(line),
    machine: await machineOf(values),
  })
  const { engine, machine } = session
  // Far below what the machine can carry: what is compared is how long the protocol waits, not how long the queue for the cores is.
  const contested = { ...scenario, workload: { ...scenario.workload, conflictShare: 1 } }
  const rate =
    scenario.workload.rate ?? Math.max(1, resolve(contested, seed, machine).workload.rate / restfulness)
  const named = { ...scenario, name: `ladder-${scenario.nodes}`, workload: { ...scenario.workload, rate } }
  const ladder = planLadder({ scenario: named, seed, machine, attacks, fractions })
  reporter.line(`${describeLadder(ladder)}, seed ${seed}`)
  for (const sentence of ladder.leftOut) reporter.line(`left out: ${sentence}`)
  const rungs: Rung[] = []
  let base: Verdict | undefined
  let result: LadderResult | undefined
  let watchers: Watchers | undefined
  try {
    watchers = await runCells(
      ladder.plan,
      ladder.cells,
      {
        ...{ engine, reporter, interrupts, runsRoot, driverPort, provision },
        repeat: repeatOf(values, { nodes: scenario.nodes, rate, seed, machine }),
        metrics: values.metrics !== false,
        scenarioText: writeScenario(ladder.plan.scenario),
        keep: values.keep === true,
        until: 'judged',
      },
      async (index, verdict, directory) => {
        const cell = ladder.cells[index]!
        if (cell.byzantine === 0) base = verdict
        // The first one only warms the nodes up.
        if (index === 0) return
        const rung = rungOf(cell, verdict, base!)
        rungs.push(rung)
        reporter.line(describeRung(rung))
        result = await recordLadder(ladder, rungs, directory)
      },
    )
  } finally {
    // What was run before it broke off is worth a report too.
    if (result) await reportStage(result.directory, reporter)
  }
  await reporter.close()
  return conclude(result!, values.keep === true ? undefined : watchers, output)
}

function repeatOf(
  values: Values,
  { nodes, rate, seed, machine }: { nodes: number; rate: number; seed: string; machine: Machine },
): string {
  const asked = ['duration', 'conflicts', 'attacks', 'fractions'].flatMap(name => {
    const value = values[name]
    return value === undefined ? [] : [`--${name}`, String(value)]
  })
  return shellCommand([
    ...['npm', 'run', 'byzantine', '--', '--ladder', '--nodes', nodes, '--rate', rate],
    ...asked,
    ...['--seed', seed, '--machine', writeMachine(machine)],
  ])
}

function conclude(result: LadderResult, watchers: Watchers | undefined, output: Output): ExitCode {
  const { rungs, verdict, directory } = result
  if (output.json) output.print(JSON.stringify({ ...result, paths: pathsOf(directory, watchers) }))
  else {
    const remarks = rungs.flatMap(rung => rung.remarks.map(remark => `  ${nameOfRung(rung)}: ${remark}`))
    const place = relative(process.cwd(), directory)
    output.print(`\n${ladderTable(rungs)}\n${remarks.join('\n')}`)
    output.print(
      [
        endings[verdict],
        `  report    ${place}/${reportFiles.page}`,
        `  evidence  ${place}/cells/, the table in ladder.json`,
        ...describeMetrics({ directory, watchers }),
      ].join('\n'),
    )
  }
  return verdictCodes[verdict]
}

const endings: Record<Outcome, string> = {
  pass: 'all cells match theory',
  fail: 'some cells differ from theory',
  unknown: 'some cells could not be judged',
}

function describeRung(rung: Rung): string {
  const ratios = rung.p95Ratio === null ? '' : `, p50 x${rung.p50Ratio}, p95 x${rung.p95Ratio}`
  return `${describeAttack(rung)}: ${resultOfRung(rung)} (expected ${expectationOfRung(rung)})${ratios}`
}

function attacksOf(values: Values): readonly string[] {
  const text = textOf(values, 'attacks')
  if (text === undefined) return mainAttacks
  const attacks = text.split(/,(?![^(]*\))/).map(part => part.trim())
  for (const attack of attacks) behaviourOf('attacks', attack)
  return attacks
}

/** @throws HarnessError for a share that is no node: it was asked for, so it is not left out in silence */
function fractionsOf(values: Values, { nodes, consensus }: Scenario): readonly number[] {
  const asked = sharesOf(values, 'fractions')
  if (asked === undefined) return mainFractions
  // Each attack has a cell with no node at all anyhow.
  const fractions = asked.filter(share => share > 0)
  if (fractions.length === 0) throw badOption('fractions', 'a share above 0', asked.join())
  const none = fractions.find(share => byzantineCount(share, { nodes, tau: consensus.tau }) === 0)
  if (none !== undefined) throw noNode('fractions', none, nodes)
  return fractions
}

function defined(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
