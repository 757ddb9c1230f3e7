/** What Ctrl-C means to a run: the first one ends it in order, a second one hurries. */
export interface Interrupts extends Disposable {
  /** Stop loading, keep what is known, heal, take down. */
  readonly stop: AbortSignal
  /** Take down at once; what the driver still holds is given up. */
  readonly hurry: AbortSignal
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** npm and the terminal may both pass one Ctrl-C on: what comes this soon is the same one. */
const sameKeyMs = 300

/**
 * Listens to the signals that end a process until disposed.
 * @param tell says to the person what happens now
 * @param ending what the end of the run means to what it runs on
 */
export function listenForInterrupts(
  tell: (line: string) => void,
  ending = 'taking the network down',
): Interrupts {
  const stop = new AbortController()
  const hurry = new AbortController()
  let firstAt = 0
  const onSignal = (signal: NodeJS.Signals) => {
    if (!stop.signal.aborted) {
      firstAt = performance.now()
      tell(`${signal}: ending the run in order and ${ending} (again to hurry)`)
      stop.abort(new Interrupted(signal))
    } else if (!hurry.signal.aborted && performance.now() - firstAt > sameKeyMs) {
      tell(`${signal} again: ${ending} now`)
      hurry.abort(new Interrupted(signal))
    }
  }
  for (const signal of signals) process.on(signal, onSignal)
  return {
    stop: stop.signal,
    hurry: hurry.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}

/** The reason of an abort that a person asked for. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals
  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`)
    this.name = 'Interrupted'
    this.signal = signal
  }
}

/** Whether an error is what a person asked for, or was caused by it. */
export function isInterruption(error: unknown): boolean {
  if (error instanceof Interrupted) return true
  return error instanceof Error && error.cause !== undefined && isInterruption(error.cause)
}
