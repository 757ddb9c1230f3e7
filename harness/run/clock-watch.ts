import { describeStep } from '../../model/clock.ts'
import type { ClockEvent } from '../../model/event.ts'
import type { Timing } from '../history/pull.ts'
import { note, type RunContext } from './context.ts'
import type { DriverClient } from './driver-client.ts'
import { DriverClockWatch } from './driver-clock.ts'
import { watchWall } from './wall-watch.ts'
import { withinTime } from './within-time.ts'

/** A clock of another kernel is compared so often: it may run away, or stand still while its machine is suspended. */
const compareEveryMs = 10_000
/** A driver that does not answer at the end is not waited for. */
const lastWithinMs = 2000

/** Watches the clock on the wall and the driver's until disposed, and has them measured a last time then. */
export function watchClocks(
  context: RunContext,
  driver: Pick<DriverClient, 'clock'>,
): AsyncDisposable & { readonly timing: Timing } {
  const { clock, history } = context
  const driverClock = new DriverClockWatch({
    driver,
    clock,
    record: event => history.append(event),
  })
  // A driver that does not answer is noticed by whoever needs it.
  const measure = async (when: ClockEvent['when']) => {
    if (driverClock.is !== undefined) await driverClock.measure(when).catch(() => {})
  }
  const wall = watchWall(clock, step => {
    history.append(step)
    const after =
      driverClock.is === 'offset'
        ? "the driver's clock is compared again"
        : 'no figure of this run depends on the wall clock'
    note(context, 'warning', `${describeStep(step)}; ${after}`)
    void measure('step')
  })
  const comparing = setInterval(() => {
    if (driverClock.is === 'offset') void measure('meanwhile')
  }, compareEveryMs).unref()
  return {
    timing: driverClock,
    [Symbol.asyncDispose]: async () => {
      clearInterval(comparing)
      wall[Symbol.dispose]()
      await withinTime(measure('end'), { withinMs: lastWithinMs, signal: new AbortController().signal })
    },
  }
}
