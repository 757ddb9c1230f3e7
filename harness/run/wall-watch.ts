import type { RunClock } from '../../model/clock.ts'
import type { StepEvent } from '../../model/event.ts'

const everyMs = 1000

/** Looks once a second whether somebody has set the clock on the wall, until disposed, and a last time then. */
export function watchWall(clock: Pick<RunClock, 'takeSteps'>, onStep: (step: StepEvent) => void): Disposable {
  const look = () => {
    for (const step of clock.takeSteps()) onStep({ type: 'step', ...step })
  }
  const timer = setInterval(look, everyMs).unref()
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer)
      look()
    },
  }
}
