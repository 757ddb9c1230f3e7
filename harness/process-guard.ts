import { writeSync } from 'node:fs'

/* Imports nothing of ours: it is there before anything else is read, and reading it may be what fails. */

/** sysexits(3): an internal error. Node.js itself ends with 1, which here means that a run failed. */
const internal = 70

/** How long a run may take to end in order after an uncaught error. Taking 500 nodes down is a matter of a minute. */
const orderlyWithinMs = 5 * 60_000

/** How long what is still open may keep the process once its command has ended and everything is written. */
const lingerMs = 2000

/** What befell this process outside of any command. */
export interface ProcessGuard {
  /** The exit code of a process whose command ended with `code`. */
  exitCode(code: number): number
  /** Says what went wrong before there was a command, and returns the exit code for it. */
  failed(error: unknown): number
}

/**
 * Sees to it that this process ends with 70 and a line about it, whatever nobody caught. A run under way listens to
 * `uncaughtException` as well (run/interrupts.ts) and ends in order, its network taken down; without one the process ends at once.
 */
export function guardProcess(): ProcessGuard {
  let isBroken = false
  let isOver = false
  const told = new Set<string>()
  const tell = (error: unknown) => {
    isBroken = true
    const text = describeUncaught(error)
    if (!told.has(text)) say(text)
    told.add(text)
  }
  process.on('uncaughtException', error => {
    tell(error)
    if (process.listenerCount('uncaughtException') === 1) process.exit(internal)
    setTimeout(() => {
      say(
        'error: the run did not end within 5 minutes of an error\nnext: npm run down removes what it left\n',
      )
      process.exit(internal)
    }, orderlyWithinMs).unref()
  })
  process.on('exit', () => {
    // Everything there was to wait for is gone, and the command has not ended.
    if (!isOver && !isBroken) tell(new Error('the command stopped before its end'))
    if (isBroken) process.exitCode = internal
  })
  return {
    exitCode: code => {
      isOver = true
      endSoon()
      return isBroken ? internal : code
    },
    failed: error => {
      isOver = true
      tell(error)
      endSoon()
      return internal
    },
  }
}

/**
 * A socket of a container that somebody removed, a service that was never told to stop: nothing of the kind may keep a process
 * after its verdict. Output is written first, however slowly it is read.
 */
function endSoon(): void {
  const leave = () => setTimeout(() => process.exit(), lingerMs).unref()
  process.stdout.write('', () => process.stderr.write('', leave))
}

/** What to do about a failure of the machine, by the code of the error. */
export const nextSteps: Readonly<Record<string, string>> = {
  EMFILE: 'allow this shell more open files: ulimit -n 65536',
  ENFILE: 'this machine has reached its limit of open files: see sysctl fs.file-max',
  ENOSPC: 'make room on the disk',
  ENOMEM: 'this machine has no memory left: stop other programs, or ask for fewer nodes',
  EAGAIN: 'this user has reached the limit of processes: see ulimit -u',
  ERR_MODULE_NOT_FOUND: 'start it with npm run, which installs what is missing',
}

/** Message, next step, and where it happened when it is not the machine's doing. */
function describeUncaught(error: unknown): string {
  const { message, stack, code, next } = (
    error instanceof Error ? error : new Error(String(error))
  ) as Error & {
    readonly code?: string
    readonly next?: string
  }
  const step = next ?? nextSteps[code ?? '']
  if (step !== undefined) return `error: ${message}\nnext: ${step}\n`
  const frames = (stack ?? '').split('\n').filter(line => line.trimStart().startsWith('at '))
  return [
    `error: ${message}`,
    ...frames.slice(0, 6),
    'next: this is a bug in Whiteout; report it with these lines and the command\n',
  ].join('\n')
}

/** At once, for a process that may end right after it. */
function say(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    // There is nowhere left to say it.
  }
}
