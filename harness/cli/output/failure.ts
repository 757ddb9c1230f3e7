import { type ExitCode, exitCodes, HarnessError } from '../../../model/errors.ts'
import { nextSteps } from '../../process-guard.ts'
import { Broken, Interrupted } from '../../run/interrupts.ts'
import type { Output } from './output.ts'

/** Frames that still say where a bug of ours is. */
const framesMax = 6

/** Says what went wrong: to people on standard error, and as JSON on standard output where that was asked for. */
export function printFailure(output: Output, error: Error): ExitCode {
  const { stderr } = output.streams
  if (error instanceof Interrupted) {
    // Running stages report their own interruption; this handles commands that had not started.
    stderr.write(
      `${error.message}\nnext: nothing was left running; run the command again, or npm run down to be sure\n`,
    )
    return exitCodes.interrupted
  }
  // process-guard.ts has said what it was.
  if (error instanceof Broken) return exitCodes.internal
  const isOurs = !(error instanceof HarnessError)
  const code = isOurs ? 'internal' : error.code
  const next = isOurs
    ? (nextSteps[(error as NodeJS.ErrnoException).code ?? ''] ??
      'this is a bug in Whiteout; report it with these lines and the command')
    : error.next
  const exitCode = isOurs ? exitCodes.internal : error.exitCode
  stderr.write(`error: ${error.message}\n`)
  if (isOurs) stderr.write(`${shortStack(error)}\n`)
  if (next !== undefined) stderr.write(`next: ${next}\n`)
  if (output.json) output.print(JSON.stringify({ error: { code, message: error.message, next, exitCode } }))
  return exitCode
}

function shortStack({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter(line => line.trimStart().startsWith('at '))
  return frames.slice(0, framesMax).join('\n')
}
