/** What Ctrl-C means to a run: the first one ends it in order, the second one hurries. */
export interface Interrupts extends Disposable {
  /** Stop loading, keep what is known, heal, take down. */
  readonly stop: AbortSignal
  /** Take down at once; what the driver still holds is given up. */
  readonly hurry: AbortSignal
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** npm and the terminal may both pass one Ctrl-C on: what comes this soon is the same one. */
const sameKeyMs = 300

/** How often the parent is looked at; no signal tells of its end. */
const parentEveryMs = 500

/**
 * The process that started this one, when that is npm, or the shell that npm runs scripts with. Without npm it is a shell that may
 * well end before what it left in the background.
 */
const npm = process.env.npm_lifecycle_event === undefined ? undefined : process.ppid

/**
 * Listens to what ends a process until disposed: signals, the end of the npm that runs it, and errors that nobody caught (what
 * those come to is said by process-guard.ts).
 * @param tell says to the person what happens now
 * @param ending what the end of the run means to what it runs on
 * @param parent whose end is an interruption too
 */
export function listenForInterrupts(
  tell: (line: string) => void,
  ending = 'taking the network down',
  parent: number | undefined = npm,
): Interrupts {
  const stop = new AbortController()
  const hurry = new AbortController()
  let firstAt = 0
  const end = (reason: Error, what: string) => {
    firstAt = performance.now()
    tell(`${what}: ending the run and ${ending} (repeat to hurry)`)
    stop.abort(reason)
  }
  const onSignal = (signal: NodeJS.Signals) => {
    if (!stop.signal.aborted) end(new Interrupted(signal), signal)
    else if (!hurry.signal.aborted && performance.now() - firstAt > sameKeyMs) {
      tell(`${signal} again: ${ending} now`)
      hurry.abort(new Interrupted(signal))
    }
  }
  const onUncaught = (error: unknown) => {
    if (!stop.signal.aborted) end(new Broken(error), 'an unexpected error')
  }
  for (const signal of signals) process.on(signal, onSignal)
  process.on('uncaughtException', onUncaught)
  const watching = watchParent(parent, () => {
    if (!stop.signal.aborted) end(new Interrupted('the exit of npm'), 'npm has exited')
  })
  return {
    stop: stop.signal,
    hurry: hurry.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, onSignal)
      process.off('uncaughtException', onUncaught)
      clearInterval(watching)
    },
  }
}

/** A process whose parent has ended is given another one. */
function watchParent(parent: number | undefined, onGone: () => void): NodeJS.Timeout | undefined {
  if (parent === undefined) return undefined
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onGone()
  }, parentEveryMs)
  return timer.unref()
}

/** The reason of an abort that somebody asked for. */
export class Interrupted extends Error {
  /** A signal, or what stands for one. */
  readonly by: string
  constructor(by: string) {
    super(`interrupted by ${by}`)
    this.name = 'Interrupted'
    this.by = by
  }
}

/** The reason of an abort that an error brought about which nobody caught. */
export class Broken extends Error {
  constructor(cause: unknown) {
    super(`ended by an unexpected error: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
    this.name = 'Broken'
  }
}

/** Whether an error is the end that was asked for or brought about, or was caused by it: it is told of where it came from. */
export function isInterruption(error: unknown): boolean {
  if (error instanceof Interrupted || error instanceof Broken) return true
  return error instanceof Error && error.cause !== undefined && isInterruption(error.cause)
}
