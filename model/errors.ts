/** Exit codes of the command line. The numbers above 63 are those of BSD sysexits(3). */
export const exitCodes = {
  pass: 0,
  fail: 1,
  unknown: 2,
  badInput: 64,
  unavailable: 69,
  internal: 70,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/**
 * An error a person is meant to read: what was expected, what came, where, and the next step. It is printed
 * without a stack; anything that is not a HarnessError is a bug of ours and exits with 70.
 */
export class HarnessError extends Error {
  readonly code: string
  readonly exitCode: ExitCode
  /** What the reader can do now, as a command or one sentence. */
  readonly next: string | undefined

  constructor(options: {
    code: string
    message: string
    next?: string
    exitCode?: ExitCode
    cause?: unknown
  }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'HarnessError'
    this.code = options.code
    this.exitCode = options.exitCode ?? exitCodes.badInput
    this.next = options.next
  }
}

/** A broken invariant of our own: never used for bad input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}
