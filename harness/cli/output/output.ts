import type { Writable } from 'node:stream'
import { exitCodes, HarnessError } from '../../../model/errors.ts'

export interface Streams {
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

/** Results go to standard output, everything else to standard error, so that pipes get results alone. */
export interface Output {
  readonly json: boolean
  readonly quiet: boolean
  readonly streams: Streams
  /** A line of the result. */
  print(text: string): void
  /** A line about how it goes. */
  tell(text: string): void
}

/** A reader that has seen enough, such as head, or that is gone, such as a terminal, is no error; a result that is lost is. */
function refuseLoss(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || error.code === 'EIO') return
  throw new HarnessError({
    code: 'output-unwritable',
    message: `standard output cannot be written: ${error.message}`,
    next: 'redirect it elsewhere; the results of a run are also in its folder under runs/',
    exitCode: exitCodes.internal,
    cause: error,
  })
}

export function createOutput(streams: Streams, { json, quiet }: { json: boolean; quiet: boolean }): Output {
  if (streams.stdout.listenerCount('error') === 0) streams.stdout.on('error', refuseLoss)
  // What cannot be told cannot be told of either.
  if (streams.stderr.listenerCount('error') === 0) streams.stderr.on('error', () => {})
  return {
    json,
    quiet,
    streams,
    print: text => streams.stdout.write(`${text}\n`),
    tell: text => {
      if (!quiet) streams.stderr.write(`${text}\n`)
    },
  }
}
