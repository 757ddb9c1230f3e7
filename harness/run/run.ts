import { randomBytes } from 'node:crypto'
import type { RunningNetwork } from '../../model/backend.ts'
import { RunClock } from '../../model/clock.ts'
import type { HistoryEvent } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import type { Verdict } from '../../model/verdict.ts'
import { type HistoryWriter, openHistory } from '../history/writer.ts'
import { machineClocks } from '../machine-clocks.ts'
import { tooMuch } from '../plan/cost-model.ts'
import { loadOf } from '../plan/load-of.ts'
import { createRunDirectory, writeInputs } from '../records/directory.ts'
import { writeOwner } from '../session/owner.ts'
import { hasCostModel, systemOf } from '../systems/index.ts'
import { beginEvent } from './begin.ts'
import { note, type RunContext, type RunOptions, type WatchedContext } from './context.ts'
import { driverClient } from './driver-client.ts'
import { closeHistory } from './ending.ts'
import { explainTrouble } from './explain.ts'
import { preflightPlan } from './fault-preflight.ts'
import { isInterruption } from './interrupts.ts'
import { startMonitor } from './monitor.ts'
import { createSituation, type Situation } from './situation.ts'
import { collectStage } from './stages/collect.ts'
import { createStage } from './stages/create.ts'
import { imagesStage } from './stages/images.ts'
import { judgeStage } from './stages/judge.ts'
import { loadStage } from './stages/load.ts'
import { saveLogs } from './stages/logs.ts'
import { tellMetrics } from './stages/metrics.ts'
import { preflightStage } from './stages/preflight.ts'
import { readyStage } from './stages/ready.ts'
import { reportStage } from './stages/report.ts'
import { settleStage } from './stages/settle.ts'
import { teardownStage } from './stages/teardown.ts'
import { createTelemetry, startTelling } from './telemetry.ts'

/** How a run ended. Its evidence is in the directory, whatever happened. */
export interface RunOutcome {
  readonly run: string
  readonly directory: string
  /** Undefined when the network was only brought up, or when nothing could be judged. */
  readonly verdict: Verdict | undefined
  readonly wasInterrupted: boolean
  /** Why the run did not come to its end. */
  readonly failure: Error | undefined
  /** Where its metrics can be looked at while it is up; undefined when it never was. */
  readonly watchers: Watchers | undefined
}

/** What watches a network, where there is any. */
export type Watchers = Pick<RunningNetwork, 'prometheusUrl' | 'grafanaUrl'>

/**
 * Plays a plan from preflight to verdict. Whatever happens, what is known so far is kept and judged, and nothing
 * is left running unless that was asked for.
 */
export async function runScenario(plan: Plan, options: RunOptions): Promise<RunOutcome> {
  const context = await openRun(plan, options).catch(error => {
    throw explainTrouble(error, options.runsRoot)
  })
  let watchers: Watchers | undefined
  const failure = await failureOf(() =>
    perform(context, ({ prometheusUrl, grafanaUrl }) => {
      watchers = { prometheusUrl, grafanaUrl }
    }),
  )
  const wasInterrupted = options.interrupts.stop.aborted
  const explained =
    failure === undefined || isInterruption(failure) ? undefined : explainTrouble(failure, context.directory)
  const unclosed = await failureOf(() => closeHistory(context, explained, options.interrupts))
  const outcome = { run: context.run, directory: context.directory, wasInterrupted, watchers }
  if (options.until === 'ready') return { ...outcome, verdict: undefined, failure: explained ?? unclosed }
  try {
    const verdict = await judgeStage(context, wasInterrupted, explained ?? unclosed)
    await reportStage(context.directory, context.reporter)
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

/**
 * Makes the run's directory and opens its history, which says first when the machine cannot carry the load that was asked for.
 * @throws HarnessError when a fault of the plan is impossible here, before there is a directory
 */
export async function openRun(plan: Plan, options: RunOptions): Promise<RunContext> {
  await preflightPlan(plan, options)
  const { run, directory } = await createRunDirectory(options.runsRoot, plan.scenario.name)
  await writeOwner(directory, 'running')
  const clock = new RunClock(machineClocks)
  await writeInputs(directory, plan, options.scenarioText, clock.origin)
  const history = await openHistory(directory)
  history.append(await beginEvent({ ...options, run, clock }))
  const token = randomBytes(24).toString('base64url')
  const context = { ...options, plan, run, directory, clock, history, token }
  const overload = hasCostModel(systemOf(plan.scenario)) ? tooMuch(plan.machine, loadOf(plan)) : undefined
  if (overload !== undefined) note(context, 'warning', overload)
  return context
}

async function perform(context: RunContext, onUp: (network: RunningNetwork) => void): Promise<void> {
  await preflightStage(context)
  const images = await imagesStage(context)
  const network = await createStage(context, images)
  await using _teardown = { [Symbol.asyncDispose]: () => teardownStage(context, network) }
  onUp(network)
  const driver = driverClient(network.driverUrl, context.token)
  const situation = createSituation(context.plan)
  using telling =
    network.prometheusUrl === undefined
      ? undefined
      : startTelling(createTelemetry(context.plan, situation), driver)
  const watched = watch(context, situation, event => telling?.note(event))
  await using monitor = startMonitor(watched, network, driver)
  await using _logs = { [Symbol.asyncDispose]: () => saveLogs(watched, network, monitor) }

  await readyStage(watched, network, driver, monitor)
  await tellMetrics(watched, network)
  if (context.until === 'ready') return
  await loadStage(watched, network, driver, monitor)
  await settleStage(watched, driver, monitor)
  await collectStage(watched, driver, monitor)
}

/** The context of a network that is up: what goes into the history is also told to whoever watches. */
export function watch(
  context: RunContext,
  situation: Situation,
  noted: (event: HistoryEvent) => void = () => {},
): WatchedContext {
  const { history } = context
  const watched: HistoryWriter = {
    failed: history.failed,
    append: event => {
      history.append(event)
      situation.note(event)
      noted(event)
    },
    appendLines: lines => history.appendLines(lines),
    close: () => history.close(),
  }
  return { ...context, history: watched, situation }
}
