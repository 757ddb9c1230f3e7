import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import type { RunningNetwork } from '../../model/backend.ts'
import type { DriverConfig } from '../../model/driver-config.ts'
import { exitCodes, HarnessError } from '../../model/errors.ts'
import type { Plan } from '../../model/plan.ts'
import type { Verdict } from '../../model/verdict.ts'
import { openHistory } from '../history/writer.ts'
import { buildDriverConfig } from '../plan/node-files.ts'
import { writeJson } from '../records/directory.ts'
import { recordVerdict } from '../records/judge.ts'
import { beginEvent } from './begin.ts'
import type { RunContext, RunOptions } from './context.ts'
import { type DriverClient, driverClient } from './driver-client.ts'
import { closeHistory } from './ending.ts'
import { followDriver } from './follow.ts'
import { startMonitor } from './monitor.ts'
import type { Reporter } from './reporter.ts'
import { openRun, type Watchers, watch } from './run.ts'
import { createSituation } from './situation.ts'
import { collectStage } from './stages/collect.ts'
import { createStage } from './stages/create.ts'
import { imagesStage } from './stages/images.ts'
import { loadStage } from './stages/load.ts'
import { tellMetrics } from './stages/metrics.ts'
import { preflightStage } from './stages/preflight.ts'
import { readyStage } from './stages/ready.ts'
import { settleStage } from './stages/settle.ts'
import { teardownStage } from './stages/teardown.ts'
import { createTelemetry, startTelling } from './telemetry.ts'

/** An experiment on a network that is up: its plan has the same nodes as the network's, and its own behaviours and load. */
interface Experiment {
  readonly name: string
  readonly plan: Plan
}

type OnVerdict = (cell: number, verdict: Verdict, directory: string) => Promise<void>

/** Nodes that begin anew at the same time: each opens its store and greets its peers. */
const parallelBeginnings = 16
/** A driver that begins anew listens again within a moment. */
const renewedWithinMs = 15_000

/**
 * Brings one network up and runs experiments on it, each in an epoch of its own: all nodes begin anew with empty stores and the behaviours
 * of the experiment, and the driver with its load. Each leaves a directory as a run does, under `cells/`.
 *
 * @param onVerdict told of each as it is judged, with the directory of the run
 * @returns what watched the network
 */
export async function runCells(
  plan: Plan,
  cells: readonly Experiment[],
  options: RunOptions,
  onVerdict: OnVerdict,
): Promise<Watchers> {
  const context = await openRun(plan, options)
  let failure: Error | undefined
  try {
    return await perform(context, cells, onVerdict)
  } catch (error) {
    failure = error as Error
    throw error
  } finally {
    await closeHistory(context, failure, options.interrupts)
  }
}

async function perform(
  context: RunContext,
  cells: readonly Experiment[],
  onVerdict: OnVerdict,
): Promise<Watchers> {
  await preflightStage(context)
  const images = await imagesStage(context)
  const network = await createStage(context, images)
  await using _teardown = { [Symbol.asyncDispose]: () => teardownStage(context, network) }
  const driver = driverClient(network.driverUrl, context.token)
  {
    const watched = watch(context, createSituation(context.plan))
    await using monitor = startMonitor(watched, network, driver)
    await readyStage(watched, network, driver, monitor)
    await tellMetrics(watched, network)
  }
  for (const [index, cell] of cells.entries()) {
    context.interrupts.stop.throwIfAborted()
    await onVerdict(index, await playCell(context, network, driver, cell, index + 1), context.directory)
  }
  const { prometheusUrl, grafanaUrl } = network
  return { prometheusUrl, grafanaUrl }
}

async function playCell(
  context: RunContext,
  network: RunningNetwork,
  driver: DriverClient,
  { name, plan }: Experiment,
  epoch: number,
): Promise<Verdict> {
  const directory = join(context.directory, 'cells', name)
  await mkdir(directory, { recursive: true })
  await writeJson(join(directory, 'plan.json'), plan, 1)
  const history = await openHistory(directory)
  const run = `${context.run}/${name}`
  const { engine, clock } = context
  history.append(await beginEvent({ engine, run, clock }))
  const reporter = withoutStages(context.reporter, name)
  const situation = createSituation(plan)
  const isWatched = network.prometheusUrl !== undefined
  using telling = isWatched ? startTelling(createTelemetry(plan, situation), driver) : undefined
  const cell = watch({ ...context, plan, directory, history, reporter }, situation, event =>
    telling?.note(event),
  )
  let failure: Error | undefined
  try {
    if (isWatched) await network.relabel(plan)
    await beginAnew(plan, epoch, driver)
    // Transactions of another experiment would be foreign to this one, so that nothing can come over unseen.
    await renewDriver(
      driver,
      { ...buildDriverConfig(plan, run, clock.origin), seed: `${plan.seed}/${name}` },
      context,
    )
    await using monitor = startMonitor(cell, network, driver)
    await readyStage(cell, network, driver, monitor)
    await loadStage(cell, network, driver, monitor)
    await settleStage(cell, driver, monitor)
    await collectStage(cell, driver, monitor)
  } catch (error) {
    failure = error as Error
    throw error
  } finally {
    await closeHistory({ history, clock }, failure, context.interrupts)
  }
  return recordVerdict(directory)
}

async function beginAnew(plan: Plan, epoch: number, driver: DriverClient): Promise<void> {
  const limit = pLimit(parallelBeginnings)
  const begun = plan.nodes.map(({ index, behaviour }) => limit(() => driver.begin(index, epoch, behaviour)))
  await Promise.all(begun)
}

async function renewDriver(
  driver: DriverClient,
  config: DriverConfig,
  { interrupts }: RunContext,
): Promise<void> {
  await driver.renew(config)
  const isNew = await followDriver(driver, {
    withinMs: renewedWithinMs,
    signal: interrupts.stop,
    done: ({ run }) => run === config.run,
  })
  if (isNew) return
  throw new HarnessError({
    code: 'driver-gone',
    message: `the driver did not start the next cell within ${renewedWithinMs / 1000} s`,
    next: 'read its output in logs/driver.log of the run directory',
    exitCode: exitCodes.unknown,
  })
}

/** Dozens of cells with seven stages each would bury what a person wants to see. */
function withoutStages(reporter: Reporter, name: string): Reporter {
  return {
    stage: () => {},
    progress: text => reporter.progress(`${name}: ${text}`),
    line: text => reporter.line(`${name}: ${text}`),
    close: () => reporter.close(),
  }
}
