import { type ExitCode, exitCodes, HarnessError } from '../../model/errors.ts'
import { writeMachine } from '../../model/machine.ts'
import type { Plan } from '../../model/plan.ts'
import type { Backend } from '../../model/ports/backend.ts'
import type { Scenario } from '../../model/scenario.ts'
import type { Outcome, Verdict } from '../../model/verdict.ts'
import { explainRate } from '../plan/budget.ts'
import { networkOf } from '../plan/load-of.ts'
import { resolve } from '../plan/resolve.ts'
import { runsRoot } from '../records/directory.ts'
import { listenForInterrupts } from '../run/interrupts.ts'
import { type RunOutcome, runScenario } from '../run/run.ts'
import { openSession } from '../session/session.ts'
import type { Values } from './commands/command.ts'
import { machineOf } from './machine-option.ts'
import { printFailure } from './output/failure.ts'
import type { Output } from './output/output.ts'
import { createReporter } from './output/reporter.ts'
import { resultOf } from './output/result.ts'
import { describeInterrupted, describeMetrics, describeNetwork, summarize } from './output/summary.ts'
import { numberOf } from './values.ts'

/** A scenario to be played by `scale`, `run` or `up`. */
export interface Performance {
  readonly scenario: Scenario
  readonly scenarioText: string
  readonly seed: string
  readonly keep: boolean
  readonly until: 'judged' | 'ready'
  /** The command that plays it again, as a person would type it; the rate of the plan is known only then. */
  readonly repeat: (rate: number) => string
  /** What else is told of the result, after its summary. */
  readonly also?: (verdict: Verdict, plan: Plan) => string
}

/** Acquires an engine, runs the scenario on it, and prints the result. */
export async function play(
  performance: Performance,
  values: Values,
  output: Output,
  backend: Backend,
): Promise<ExitCode> {
  const driverPort = numberOf(values, 'driver-port', { min: 1, max: 65_535, whole: true })
  const provision = values.provision !== false
  const machine = await machineOf(values)
  const reporter = createReporter(output)
  using interrupts = listenForInterrupts(line => reporter.line(line))
  const { scenario, scenarioText, seed, keep, until } = performance
  await using session = await openSession(backend, {
    provision,
    signal: interrupts.stop,
    log: line => reporter.line(line),
    machine,
  })
  const plan = resolve(scenario, seed, session.machine)
  reporter.line(
    `${scenario.name}: ${scenario.nodes} nodes, seed ${seed}, network ${session.machine.placement.subnet}`,
  )
  if (plan.workload.rateSource === 'cpu budget') {
    reporter.line(`rate: ${explainRate(networkOf(plan), plan.machine, plan.aftermath)}`)
  }
  const { engine } = session
  const metrics = values.metrics !== false
  const asked = performance.repeat(plan.workload.rate)
  const repeat = asked === '' ? '' : `${asked} --machine ${writeMachine(plan.machine)}`
  const options = {
    ...{
      engine,
      scenarioText,
      repeat,
      reporter,
      interrupts,
      runsRoot,
      keep,
      until,
      driverPort,
      provision,
      metrics,
    },
  }
  const outcome = await runScenario(plan, options)
  await reporter.close()
  if (outcome.failure !== undefined) printFailure(withoutJson(output), outcome.failure)
  if (output.json) output.print(JSON.stringify(resultOf(outcome, { seed, keep })))
  else if (outcome.verdict) {
    output.print(summarize(outcome.verdict, plan, outcome.directory, repeat))
    if (!keep) for (const line of describeMetrics(outcome)) output.print(line)
    if (performance.also) output.print(`\n${performance.also(outcome.verdict, plan)}`)
  }
  if (outcome.wasInterrupted)
    output.tell(describeInterrupted(outcome, { left: leftOf(outcome, keep), repeat }))
  else if (keep && outcome.failure === undefined) output.tell(describeNetwork(outcome))
  return exitCodeOf(outcome)
}

export const verdictCodes: Record<Outcome, ExitCode> = {
  pass: exitCodes.pass,
  fail: exitCodes.fail,
  unknown: exitCodes.unknown,
}

/**
 * An interruption comes first, because a person asked for it; then a violation that was seen, whatever came after it;
 * then what kept the run from its end.
 */
export function exitCodeOf({ wasInterrupted, failure, verdict }: RunOutcome): ExitCode {
  if (wasInterrupted) return exitCodes.interrupted
  if (verdict?.verdict === 'fail') return exitCodes.fail
  if (failure !== undefined) return failure instanceof HarnessError ? failure.exitCode : exitCodes.internal
  return verdict === undefined ? exitCodes.pass : verdictCodes[verdict.verdict]
}

function leftOf({ run, watchers }: RunOutcome, keep: boolean): string {
  if (keep && watchers !== undefined) return `its network is still up; npm run down -- ${run} removes it`
  return 'its containers were removed; run npm run down to be sure'
}

function withoutJson(output: Output): Output {
  return { ...output, json: false }
}
