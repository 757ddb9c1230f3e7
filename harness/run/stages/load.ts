import { setTimeout as delay } from 'node:timers/promises'
import { faultActions } from '../../../chaos/faults/actions.ts'
import { playFaults } from '../../../chaos/nemesis.ts'
import { readUndo } from '../../../compose/heal.ts'
import type { RunningNetwork } from '../../../model/backend.ts'
import { exitCodes, HarnessError } from '../../../model/errors.ts'
import { voters } from '../../../model/plan.ts'
import { votesUnderWayMs, witnessesOf } from '../../plan/witnesses.ts'
import { inStage, note, type RunContext, type WatchedContext } from '../context.ts'
import { describeDisturbance } from '../disturbance.ts'
import type { DriverClient } from '../driver-client.ts'
import { followDriver } from '../follow.ts'
import type { Monitor } from '../monitor.ts'
import { describeLoad } from '../progress.ts'
import { describeFault } from '../reporter.ts'
import { writeUndo } from '../undo.ts'

/** How long past its duration a load may take: signing comes before it, and a busy driver sends late. */
const slackMs = 120_000

/** Applies the load, and the faults to the network under it. The first Ctrl-C ends it early; what was sent is settled and judged all the same. */
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
    const from = Date.now()
    await driver.post('load')
    const ended = new AbortController()
    const faults = startFaults(
      context,
      network,
      driver,
      AbortSignal.any([interrupts.stop, monitor.trouble, ended.signal]),
    )
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
    } finally {
      interrupts.stop.removeEventListener('abort', onStop)
      ended.abort()
      await faults
      const disturbance = await describeDisturbance(monitor.noise, { from, to: Date.now() })
      if (disturbance !== undefined) note(context, 'warning', disturbance)
    }
  })
}

function startFaults(
  context: RunContext,
  network: RunningNetwork,
  driver: DriverClient,
  signal: AbortSignal,
): Promise<void> {
  const { plan, history, reporter } = context
  const regions = plan.nodes.flatMap(({ region }) => region ?? [])
  return playFaults({
    occurrences: plan.faults,
    actions: faultActions({
      containers: network,
      regions,
      clocks: driver.clocks,
      behaviours: {
        ...driver.behaviours,
        planned: plan.nodes.map(({ behaviour }) => behaviour),
        peers: {
          nodes: voters(plan.nodes).length,
          byzantine: plan.byzantine ?? [],
          witnessesOf: () => witnessesOf(plan),
          votesUnderWayMs: votesUnderWayMs(plan),
        },
      },
    }),
    record: event => {
      history.append(event)
      const line = describeFault(event)
      if (line !== undefined) reporter.line(line)
    },
    now: () => Date.now(),
    pause: (ms, until) => delay(Math.max(0, ms), undefined, { signal: until }).catch(() => {}),
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
