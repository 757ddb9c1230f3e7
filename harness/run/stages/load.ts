import { readUndo } from '../../../compose/heal.ts'
import type { RunningNetwork } from '../../../model/backend.ts'
import { exitCodes, HarnessError } from '../../../model/errors.ts'
import { voters } from '../../../model/plan.ts'
import { votesUnderWayMs, witnessesOf } from '../../plan/witnesses.ts'
import { inStage, type RunContext, type WatchedContext } from '../context.ts'
import type { DriverClient } from '../driver-client.ts'
import { followDriver } from '../follow.ts'
import type { Monitor } from '../monitor.ts'
import { type ReadyFaults, readyFaults } from '../play-faults.ts'
import { describeLoad } from '../progress.ts'
import { writeUndo } from '../undo.ts'

/** How long past its duration a load may take: signing comes before it, and a busy driver sends late. */
const slackMs = 120_000

/**
 * Applies the load, and the faults to the network under it. A fault that heals after the load has ended is waited for, and settling begins then.
 * The first Ctrl-C ends all of it early; what was sent is settled and judged all the same.
 */
export async function loadStage(
  context: WatchedContext,
  network: RunningNetwork,
  driver: DriverClient,
  monitor: Monitor,
): Promise<void> {
  const { plan, engine, directory, interrupts, reporter, situation } = context
  await inStage(context, 'load', async () => {
    const undo = plan.faults.length > 0 ? await readUndo(engine.docker, network.places) : []
    await using _undo = undo.length > 0 ? await writeUndo(directory, undo) : undefined
    const failed = new AbortController()
    const faults = await readyFaultsOf(
      context,
      network,
      driver,
      monitor,
      AbortSignal.any([interrupts.stop, monitor.trouble, failed.signal]),
    )
    await driver.post(plan.faults.length > 0 ? 'load?until=healed' : 'load')
    const played = faults.play()
    const onStop = () =>
      void driver
        .post('stop')
        .catch(error => reporter.line(`the load could not be stopped: ${error.message}`))
    interrupts.stop.addEventListener('abort', onStop, { once: true })
    try {
      if (interrupts.stop.aborted) onStop()
      const done = await followDriver(driver, {
        withinMs: plan.workload.durationMs + slackMs,
        signal: AbortSignal.any([interrupts.hurry, monitor.trouble]),
        done: ({ phase }) => phase !== 'ready' && phase !== 'load',
        onStatus: status => {
          const { durationMs } = plan.workload
          reporter.progress(describeLoad(status, durationMs, situation), status.elapsedMs / durationMs)
        },
      })
      if (done === undefined) throw loadStuck(plan.workload.durationMs)
      const left = situation.faults.map(({ id }) => id)
      if (left.length > 0) reporter.progress(`the load is done; waiting for ${left.join(', ')} to heal`)
    } catch (error) {
      failed.abort()
      throw error
    } finally {
      interrupts.stop.removeEventListener('abort', onStop)
      await played
    }
    if (plan.faults.length > 0) await driver.post('healed')
  })
}

function readyFaultsOf(
  context: RunContext,
  network: RunningNetwork,
  driver: DriverClient,
  { feed }: Monitor,
  signal: AbortSignal,
): Promise<ReadyFaults> {
  const { plan, history, reporter } = context
  const regions = plan.nodes.flatMap(({ region }) => region ?? [])
  return readyFaults({
    occurrences: plan.faults,
    ports: {
      containers: network,
      feed,
      regions,
      clocks: driver.clocks,
      behaviours: {
        ...driver.behaviours,
        planned: plan.nodes.map(({ behaviour }) => behaviour),
        peers: {
          nodes: voters(plan.nodes).length,
          byzantine: plan.byzantine ?? [],
          witnessesOf: liars => witnessesOf(liars, plan),
          votesUnderWayMs: votesUnderWayMs(plan),
        },
      },
    },
    record: event => history.append(event),
    reporter,
    signal,
  })
}

function loadStuck(durationMs: number): HarnessError {
  return new HarnessError({
    code: 'load-stuck',
    message: `the driver had not ended a load of ${durationMs / 1000} s after ${(durationMs + slackMs) / 1000} s`,
    next: 'read its output in logs/driver.log of the run directory; a lower --rate may be all it needs',
    exitCode: exitCodes.unknown,
  })
}
