import { exitCodes, HarnessError } from '../../../model/errors.ts'
import { inStage, type RunContext } from '../context.ts'
import type { DriverClient } from '../driver-client.ts'
import { followDriver } from '../follow.ts'
import type { Monitor } from '../monitor.ts'
import { describeLoad } from '../progress.ts'

/** How long past its duration a load may take: signing comes before it, and a busy driver sends late. */
const slackMs = 120_000

/** Applies the load. The first Ctrl-C ends it early; what was sent is settled and judged all the same. */
export async function loadStage(context: RunContext, driver: DriverClient, monitor: Monitor): Promise<void> {
  const { plan, interrupts, reporter } = context
  await inStage(context, 'load', async () => {
    await driver.post('load')
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
        onStatus: status => reporter.progress(describeLoad(status, plan.workload.durationMs)),
      })
      if (done === undefined) throw loadStuck(plan.workload.durationMs)
    } finally {
      interrupts.stop.removeEventListener('abort', onStop)
    }
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
