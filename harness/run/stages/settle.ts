import { inStage, note, type RunContext } from '../context.ts'
import type { DriverClient } from '../driver-client.ts'
import { followDriver } from '../follow.ts'
import type { Monitor } from '../monitor.ts'
import { describeSettle } from '../progress.ts'

/** The driver ends settling by itself at its deadline; past this much more it is told to. */
const slackMs = 15_000
/** A person who pressed Ctrl-C waits this long for the rest to be decided. */
const interruptedMs = 10_000

/** Waits until everything that was sent is decided everywhere, or until the deadline for that. */
export async function settleStage(
  context: RunContext,
  driver: DriverClient,
  monitor: Monitor,
): Promise<void> {
  const { plan, interrupts, reporter } = context
  await inStage(context, 'settle', async () => {
    const follow = (withinMs: number, signals: readonly AbortSignal[]) =>
      followDriver(driver, {
        withinMs,
        signal: AbortSignal.any([interrupts.hurry, monitor.trouble, ...signals]),
        done: ({ phase }) => phase === 'collect' || phase === 'done',
        onStatus: status =>
          reporter.progress(describeSettle(status), status.decidedEverywhere / status.submitted),
      })
    const { settleDeadlineMs, contestedDeadlineMs } = plan.workload
    const withinMs = settleDeadlineMs + contestedDeadlineMs + slackMs
    const settled = await follow(withinMs, [interrupts.stop]).catch(error => {
      if (!interrupts.stop.aborted || interrupts.hurry.aborted || monitor.trouble.aborted) throw error
      return follow(interruptedMs, [])
    })
    if (settled === undefined) {
      note(context, 'warning', 'some transactions were not decided in time; judging what was decided')
      await driver.post('abandon')
    }
  })
}
