import { setTimeout as delay } from 'node:timers/promises'
import { exitCodes, HarnessError } from '../../../model/errors.ts'
import { inStage, type RunContext } from '../context.ts'
import type { Monitor } from '../monitor.ts'

/** The driver asks every node for its digest and status, and the harness reads the rest of the history. */
const collectMs = { base: 60_000, perNode: 200 } as const

/** Waits until the driver's part of the history is here to its end. */
export async function collectStage(context: RunContext, monitor: Monitor): Promise<void> {
  await inStage(context, 'collect', async () => {
    const withinMs = collectMs.base + collectMs.perNode * context.plan.nodes.length
    const signal = AbortSignal.any([context.interrupts.hurry, monitor.trouble])
    const ended = new AbortController()
    const inTime = await Promise.race([
      monitor.collected.then(() => true),
      delay(withinMs, false, { signal: AbortSignal.any([signal, ended.signal]) }).catch(() => {
        signal.throwIfAborted()
        return false
      }),
    ]).finally(() => ended.abort())
    if (!inTime) throw collectLate(withinMs)
  })
}

function collectLate(withinMs: number): HarnessError {
  return new HarnessError({
    code: 'collect-late',
    message: `the driver's history had not come to its end after ${withinMs / 1000} s`,
    next: 'read its output in logs/driver.log of the run directory',
    exitCode: exitCodes.unknown,
  })
}
