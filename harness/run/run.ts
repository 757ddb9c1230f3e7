import { randomBytes } from 'node:crypto'
import type { Plan } from '../../model/plan.ts'
import type { Verdict } from '../../model/verdict.ts'
import { openHistory } from '../history/writer.ts'
import type { RunContext, RunOptions } from './context.ts'
import { createRunDirectory, writeInputs } from './directory.ts'
import { driverClient } from './driver-client.ts'
import { explainTrouble } from './explain.ts'
import { Interrupted } from './interrupts.ts'
import { describeMachine } from './machine.ts'
import { startMonitor } from './monitor.ts'
import { writeOwner } from './owner.ts'
import { collectStage } from './stages/collect.ts'
import { createStage } from './stages/create.ts'
import { imagesStage } from './stages/images.ts'
import { judgeStage } from './stages/judge.ts'
import { loadStage } from './stages/load.ts'
import { saveLogs } from './stages/logs.ts'
import { preflightStage } from './stages/preflight.ts'
import { readyStage } from './stages/ready.ts'
import { settleStage } from './stages/settle.ts'
import { teardownStage } from './stages/teardown.ts'

/** How a run ended. Its evidence is in the directory, whatever happened. */
export interface RunOutcome {
  readonly run: string
  readonly directory: string
  /** Undefined when the network was only brought up, or when nothing could be judged. */
  readonly verdict: Verdict | undefined
  readonly wasInterrupted: boolean
  /** Why the run did not come to its end. */
  readonly failure: Error | undefined
}

/**
 * Plays a plan from preflight to verdict. Whatever happens, what is known so far is kept and judged, and nothing
 * is left running unless that was asked for.
 */
export async function runScenario(plan: Plan, options: RunOptions): Promise<RunOutcome> {
  const context = await openRun(plan, options).catch(error => {
    throw explainTrouble(error, options.runsRoot)
  })
  const failure = await failureOf(() => perform(context))
  const wasInterrupted = options.interrupts.stop.aborted
  const explained =
    failure === undefined || failure instanceof Interrupted
      ? undefined
      : explainTrouble(failure, context.directory)
  const unclosed = await failureOf(() => closeHistory(context, explained, wasInterrupted))
  const outcome = { run: context.run, directory: context.directory, wasInterrupted }
  if (options.until === 'ready') return { ...outcome, verdict: undefined, failure: explained ?? unclosed }
  try {
    const verdict = await judgeStage(context, wasInterrupted, explained ?? unclosed)
    return { ...outcome, verdict, failure: explained ?? unclosed }
  } catch (error) {
    // What kept the run from its end says more than that there is little to judge.
    const unjudged = explainTrouble(error as Error, context.directory)
    return { ...outcome, verdict: undefined, failure: explained ?? unclosed ?? unjudged }
  }
}

async function failureOf(work: () => Promise<void>): Promise<Error | undefined> {
  return work().then(
    () => undefined,
    (error: Error) => error,
  )
}

/** Makes the run's directory and opens its history. */
export async function openRun(plan: Plan, options: RunOptions): Promise<RunContext> {
  const { run, directory } = await createRunDirectory(options.runsRoot, plan.scenario.name)
  await writeOwner(directory, 'running')
  await writeInputs(directory, plan, options.scenarioText)
  const history = await openHistory(directory)
  history.append({
    type: 'begin',
    at: Date.now(),
    schema: 1,
    run,
    ...(await describeMachine(options.engine)),
  })
  return { ...options, plan, run, directory, history, token: randomBytes(24).toString('base64url') }
}

async function perform(context: RunContext): Promise<void> {
  await preflightStage(context)
  const images = await imagesStage(context)
  const network = await createStage(context, images)
  await using _teardown = { [Symbol.asyncDispose]: () => teardownStage(context, network) }
  await using monitor = startMonitor(context, network)
  await using _logs = { [Symbol.asyncDispose]: () => saveLogs(context, network, monitor) }
  const driver = driverClient(network.driverUrl, context.token)

  await readyStage(context, network, driver, monitor)
  if (context.until === 'ready') return
  await loadStage(context, network, driver, monitor)
  await settleStage(context, driver, monitor)
  await collectStage(context, monitor)
}

/** Writes the last line. */
export async function closeHistory(
  context: RunContext,
  failure: Error | undefined,
  wasInterrupted: boolean,
): Promise<void> {
  const reason = failure ? 'failed' : wasInterrupted ? 'interrupted' : 'done'
  context.history.append({
    type: 'end',
    at: Date.now(),
    reason,
    ...(failure ? { message: failure.message } : {}),
  })
  await context.history.close()
}
