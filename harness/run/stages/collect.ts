import { exitCodes, HarnessError } from '../../../model/errors.ts'
import { collectLimits } from '../../plan/collect-limits.ts'
import { inStage, note, type RunContext } from '../context.ts'
import type { DriverClient } from '../driver-client.ts'
import { followDriver } from '../follow.ts'
import type { Monitor } from '../monitor.ts'
import { withinTime } from '../within-time.ts'

/** The driver ends the collection by itself at its hard bound; past this much more it is told to. */
const slackMs = 30_000
/** Reading the rest of the history after the driver has written its last line. */
const drainMs = 120_000

/**
 * Waits until the driver's part of the history has arrived to its end. A driver that does not end by itself is told to,
 * and the run is judged by what it has recorded.
 * @throws HarnessError `collect-late` when even that does not bring the end of the history
 */
export async function collectStage(
  context: RunContext,
  driver: DriverClient,
  monitor: Monitor,
): Promise<void> {
  const { plan, reporter, interrupts } = context
  const nodes = plan.nodes.length
  await inStage(context, 'collect', async () => {
    const signal = AbortSignal.any([interrupts.hurry, monitor.trouble])
    const ended = await followDriver(driver, {
      withinMs: collectLimits(nodes).mostMs + slackMs,
      signal,
      done: ({ phase }) => phase === 'done',
      onStatus: ({ collected }) =>
        reporter.progress(`final state of ${collected}/${nodes} nodes`, collected / nodes),
    })
    if (ended === undefined) {
      note(context, 'warning', 'the final state was not collected in time; judging what has arrived')
      await driver.post('abandon')
    }
    if (!(await withinTime(monitor.collected, { withinMs: drainMs, signal }))) throw collectLate()
  })
}

function collectLate(): HarnessError {
  return new HarnessError({
    code: 'collect-late',
    message: `the rest of the driver's history did not arrive within ${drainMs / 1000} s of the collection`,
    next: 'read its output in logs/driver.log of the run directory',
    exitCode: exitCodes.unknown,
  })
}
