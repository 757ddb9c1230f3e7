import { setTimeout as delay } from 'node:timers/promises'
import { faultActions } from '../../../chaos/faults/actions.ts'
import { playFaults } from '../../../chaos/nemesis.ts'
import type { RunningNetwork } from '../../../model/backend.ts'
import type { DriverPhase } from '../../../model/driver-config.ts'
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

/** How long past its duration a load may take: signing comes before it, and a busy driver sends late. */
const slackMs = 120_000

/** Applies warm-up and load, and the faults to the network under it. The first Ctrl-C ends it early; what was sent is settled and judged all the same. */
export async function loadStage(
  context: WatchedContext,
  network: RunningNetwork,
  driver: DriverClient,
  monitor: Monitor,
): Promise<void> {
  const { plan, interrupts, reporter, situation } = context
  await inStage(context, 'load', async () => {
    const from = Date.now()
    await driver.post('load')
    const ended = new AbortController()
    const signal = AbortSignal.any([interrupts.stop, monitor.trouble, ended.signal])
    let faults: Promise<void> | undefined
    const onStop = () =>
      void driver
        .post('stop')
        .catch(error => reporter.line(`the load could not be stopped: ${error.message}`))
    interrupts.stop.addEventListener('abort', onStop, { once: true })
    try {
      if (interrupts.stop.aborted) onStop()
      const { warmupMs, durationMs } = plan.workload
      const done = await followDriver(driver, {
        withinMs: warmupMs + durationMs + slackMs,
        signal: AbortSignal.any([interrupts.hurry, monitor.trouble]),
        done: ({ phase }) => isBehindLoad(phase),
        onStatus: status => {
          const share = (warmupMs + status.elapsedMs) / (warmupMs + durationMs)
          reporter.progress(describeLoad(status, durationMs, situation), share)
          if (status.phase !== 'warmup' && status.phase !== 'load') return
          faults ??= startFaults(context, network, driver, {
            beginsAt: Date.now() - status.elapsedMs,
            signal,
          })
        },
      })
      if (done === undefined) throw loadStuck(warmupMs + durationMs)
    } finally {
      interrupts.stop.removeEventListener('abort', onStop)
      ended.abort()
      await faults
      const disturbance = await describeDisturbance(monitor.noise, { from, to: Date.now() })
      if (disturbance !== undefined) note(context, 'warning', disturbance)
    }
  })
}

function isBehindLoad(phase: DriverPhase): boolean {
  return phase === 'settle' || phase === 'collect' || phase === 'done'
}

/** @param when their times count from the begin of the measured load, which only the driver knows */
function startFaults(
  context: RunContext,
  network: RunningNetwork,
  driver: DriverClient,
  when: { readonly beginsAt: number; readonly signal: AbortSignal },
): Promise<void> {
  const { plan, history, reporter } = context
  const regions = plan.nodes.flatMap(({ region }) => region ?? [])
  return playFaults({
    occurrences: plan.faults,
    actions: faultActions({
      containers: network,
      // What cannot be healed while the load lasts is healed by what comes after the run.
      patience: when.signal,
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
    ...when,
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
