import type { RunningNetwork } from '../../../model/backend.ts'
import type { DriverPhase, DriverStatus } from '../../../model/driver-config.ts'
import { exitCodes, HarnessError } from '../../../model/errors.ts'
import { voters } from '../../../model/plan.ts'
import { votesUnderWayMs, witnessesOf } from '../../plan/witnesses.ts'
import { realTime } from '../../real-time.ts'
import { inStage, note, type RunContext, type WatchedContext } from '../context.ts'
import { describeDisturbance } from '../disturbance.ts'
import type { DriverClient } from '../driver-client.ts'
import { followDriver } from '../follow.ts'
import type { Monitor } from '../monitor.ts'
import { type ReadyFaults, readyFaults } from '../play-faults.ts'
import { describeLoad } from '../progress.ts'

/** How long past its duration a load may take: signing comes before it, and a busy driver sends late. */
const slackMs = 120_000

/**
 * Applies warm-up and load, and the faults to the network under it. A fault that heals after the load has ended is waited for, and settling
 * begins then. The first Ctrl-C ends all of it early; what was sent is settled and judged all the same.
 */
export async function loadStage(
  context: WatchedContext,
  network: RunningNetwork,
  driver: DriverClient,
  monitor: Monitor,
): Promise<void> {
  const { engine, plan, clock, interrupts, reporter, situation } = context
  await inStage(context, 'load', async () => {
    const failed = new AbortController()
    const signal = AbortSignal.any([interrupts.stop, monitor.trouble, failed.signal])
    const faults = await readyFaultsOf(context, network, driver, monitor, signal)
    const from = clock.now()
    await driver.post(plan.faults.length > 0 ? 'load?until=healed' : 'load')
    let played: Promise<void> | undefined
    const tellOutside = outsideTeller(context)
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
          tellOutside(status)
          if (status.phase !== 'warmup' && status.phase !== 'load') return
          // Their times count from the begin of the measured load, which only the driver knows.
          played ??= faults.play(clock.now() - status.elapsedMs)
        },
      })
      if (done === undefined) throw loadStuck(warmupMs + durationMs)
      const left = situation.faults.map(({ id }) => id)
      if (left.length > 0) reporter.progress(`the load is done; waiting for ${left.join(', ')} to heal`)
    } catch (error) {
      failed.abort()
      throw error
    } finally {
      interrupts.stop.removeEventListener('abort', onStop)
      await played
      const disturbance = await describeDisturbance(monitor.noise, { from, to: clock.now() }, engine)
      if (disturbance !== undefined) note(context, 'warning', disturbance)
    }
    if (plan.faults.length > 0) await driver.post('healed')
  })
}

/** Tells of each node once that answers what the contract does not allow. */
function outsideTeller(context: RunContext): (status: DriverStatus) => void {
  const told = new Set<number>()
  return ({ outside = [] }) => {
    for (const { node, message } of outside.filter(each => !told.has(each.node))) {
      told.add(node)
      const name = context.plan.nodes[node]!.name
      note(context, 'error', `${name} answers outside the node contract (docs/contract.md): ${message}`)
    }
  }
}

function isBehindLoad(phase: DriverPhase): boolean {
  return phase === 'settle' || phase === 'collect' || phase === 'done'
}

function readyFaultsOf(
  context: RunContext,
  network: RunningNetwork,
  driver: DriverClient,
  { feed }: Monitor,
  signal: AbortSignal,
): Promise<ReadyFaults> {
  const { plan, clock, history, reporter } = context
  const regions = plan.nodes.flatMap(({ region }) => region ?? [])
  return readyFaults({
    occurrences: plan.faults,
    ports: {
      containers: network,
      time: realTime(() => clock.now()),
      feed,
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
    },
    record: event => history.append(event),
    reporter,
    signal,
  })
}

function loadStuck(durationMs: number): HarnessError {
  return new HarnessError({
    code: 'load-stuck',
    message: `a load of ${durationMs / 1000} s had not ended after ${(durationMs + slackMs) / 1000} s`,
    next: 'read its output in logs/driver.log of the run directory, or try a lower --rate',
    exitCode: exitCodes.unknown,
  })
}
